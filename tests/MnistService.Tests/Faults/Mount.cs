using System.Diagnostics;

namespace MnistService.Tests.Faults;

/// <summary>A folder that is a small tmpfs or read-only until this object is disposed.</summary>
internal sealed class Mount : IDisposable
{
    private readonly string _folder;
    private readonly bool _mounted;

    private Mount(string folder, bool mounted) => (_folder, _mounted) = (folder, mounted);

    /// <summary>Mounts a tmpfs of limited size. Skips the test if the process may not mount.</summary>
    /// <param name="folder">Mount point. It is created if it does not exist; the mount hides its content.</param>
    /// <param name="size">Size in the syntax of <c>mount</c>, such as <c>14m</c> for 14 MiB.</param>
    internal static Mount Small(string folder, string size)
    {
        Directory.CreateDirectory(folder);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", $"size={size}", "none", folder), "A small disk can be mounted by root alone.");
        return new(folder, mounted: true);
    }

    /// <summary>
    /// Makes a folder read-only: files can be read, but not created, replaced or deleted. Root ignores file modes and therefore needs a mount; the test is
    /// skipped if root may not mount.
    /// </summary>
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
