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

    /// <summary>Copies a model under a new id. By default, the copy is not a shipped model, so that a test can delete it.</summary>
    internal static void CopyModel(string models, string source, string id, bool isShipped = false)
    {
        var folder = Directory.CreateDirectory(Path.Combine(models, id)).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(models, source))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var card = Path.Combine(folder, "card.json");
        var text = File.ReadAllText(card).Replace(source, id, StringComparison.Ordinal);
        File.WriteAllText(card, isShipped ? text : text.Replace("\"shipped\": true", "\"shipped\": false", StringComparison.Ordinal));
    }

    /// <summary>Links the MNIST files into a data folder, where training jobs expect them; skips the test if MNIST is not available.</summary>
    internal static void LinkMnist(string data)
    {
        var target = Directory.CreateDirectory(Path.Combine(data, "mnist")).FullName;
        foreach (var file in Directory.EnumerateFiles(MnistLocation.Require(), "*-ubyte.gz"))
            File.CreateSymbolicLink(Path.Combine(target, Path.GetFileName(file)), Path.GetFullPath(file));
    }
}
