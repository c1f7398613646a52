using System.Diagnostics;

namespace MnistService.Model.Tests.Weights.PyTorch;

/// <summary>Locates a Python with PyTorch: the environment variable PYTHON, the PATH, or Debian's package python3-torch.</summary>
internal static class RealPyTorch
{
    private const string Setting = "PYTHON";

    private static readonly Lazy<string?> Executable = new(() => new[] { Environment.GetEnvironmentVariable(Setting), "python3", "/usr/bin/python3" }
        .OfType<string>().FirstOrDefault(python => Start(python, "-c", "import torch") is (0, _)));

    /// <summary>Runs a script and waits for its end. Skips the calling test, with the reason, if there is no PyTorch.</summary>
    internal static void Run(string script, params string[] arguments)
    {
        Assert.SkipWhen(Executable.Value is null, $"There is no PyTorch: install Debian's package python3-torch, or name a Python that imports torch in {Setting}.");
        var (exitCode, words) = Start(Executable.Value!, [script, .. arguments]);
        Assert.True(exitCode == 0, words);
    }

    private static (int ExitCode, string Words) Start(string python, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var words = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, words + output.Result);
        }
        catch (System.ComponentModel.Win32Exception e) // no such file
        {
            return (-1, e.Message);
        }
    }
}
