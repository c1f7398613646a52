using System.Diagnostics;

namespace MnistService.Tests.Faults;

/// <summary>A folder that is a small disk, or read-only, until it is disposed.</summary>
internal sealed class Mount : IDisposable
{
    private readonly string _folder;
    private readonly bool _mounted;

    private Mount(string folder, bool mounted) => (_folder, _mounted) = (folder, mounted);

    /// <summary>Skips the test where nothing can be mounted.</summary>
    /// <param name="folder">Made when absent; what is in it is hidden.</param>
    /// <param name="size">As <c>mount</c> reads it: <c>14m</c>.</param>
    internal static Mount Small(string folder, string size)
    {
        Directory.CreateDirectory(folder);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", $"size={size}", "none", folder), "A small disk can be mounted by root alone.");
        return new(folder, mounted: true);
    }

    /// <summary>What is in it is to be read, and nothing made, replaced or deleted. Skips the test where a root may mount nothing: it writes whatever the modes say.</summary>
    internal static Mount ReadOnly(string folder)
    {
        if (Environment.IsPrivilegedProcess)
        {
            Assert.SkipUnless(Run("mount", "--bind", folder, folder), "This root may mount nothing.");
            var mount = new Mount(folder, mounted: true);
            Assert.True(Run("mount", "-o", "remount,ro,bind", folder));
            return mount;
        }
        Assert.True(Run("chmod", "-R", "a-w", folder));
        return new(folder, mounted: false);
    }

    public void Dispose()
    {
        if (_mounted) Run("umount", "-l", _folder);
        else Run("chmod", "-R", "u+w", _folder);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
