using MnistService.TestSupport;

namespace MnistService.Tests;

/// <summary>What a test puts into a service's folders before it starts.</summary>
internal static class ServiceFolder
{
    /// <summary>The repository's models, to be added to and damaged.</summary>
    internal static void CopyModels(string models)
    {
        var shipped = Path.Combine(MnistLocation.Root, "models");
        foreach (var file in Directory.EnumerateFiles(shipped, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(models, Path.GetRelativePath(shipped, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>MNIST where a training job looks for it; skips the test where there is none.</summary>
    internal static void LinkMnist(string data)
    {
        var target = Directory.CreateDirectory(Path.Combine(data, "mnist")).FullName;
        foreach (var file in Directory.EnumerateFiles(MnistLocation.Require(), "*-ubyte.gz"))
            File.CreateSymbolicLink(Path.Combine(target, Path.GetFileName(file)), Path.GetFullPath(file));
    }
}
