using MnistService.TestSupport;

namespace MnistService.Tests;

/// <summary>Prepares the folders of a service before it starts.</summary>
internal static class ServiceFolder
{
    /// <summary>Copies the repository's models to a folder, so that a test can change them.</summary>
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

    /// <summary>Links the MNIST files into a data folder, where training jobs expect them; skips the test if MNIST is not available.</summary>
    internal static void LinkMnist(string data)
    {
        var target = Directory.CreateDirectory(Path.Combine(data, "mnist")).FullName;
        foreach (var file in Directory.EnumerateFiles(MnistLocation.Require(), "*-ubyte.gz"))
            File.CreateSymbolicLink(Path.Combine(target, Path.GetFileName(file)), Path.GetFullPath(file));
    }
}
