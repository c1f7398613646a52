using MnistService.TestSupport;

namespace MnistService.Model.Tests.Storage.PyTorch;

/// <summary>The files that <c>make_fixtures.py</c> had PyTorch write.</summary>
internal static class PyTorchFixtures
{
    internal static string Sources { get; } = Path.Combine(MnistLocation.Root, "tests", "MnistService.Model.Tests", "Storage", "PyTorch");

    private static string Folder { get; } = Path.Combine(Sources, "fixtures");

    internal static IEnumerable<string> Names { get; } = [.. Directory.GetFiles(Folder, "*.pth").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    internal static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name + ".pth"));
}
