using System.IO.Compression;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Weights.PyTorch;

/// <summary>Fixture files that PyTorch wrote (<c>make_fixtures.py</c>), and archives made of their parts.</summary>
internal static class PyTorchFixtures
{
    internal static string Sources { get; } = Path.Combine(MnistLocation.Root, "tests", "MnistService.Model.Tests", "Weights", "PyTorch");

    private static string Folder { get; } = Path.Combine(Sources, "fixtures");

    internal static IReadOnlyList<string> Names { get; } = [.. Directory.GetFiles(Folder, "*.pth").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    internal static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name + ".pth"));

    /// <summary>Returns an entry of a fixture in the zip format, for example <c>data.pkl</c>.</summary>
    internal static byte[] Entry(string fixture, string name)
    {
        using var archive = new ZipArchive(new MemoryStream(Read(fixture)));
        using var stream = archive.GetEntry($"{fixture}/{name}")!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Creates a compressed file in the zip format from these entries.</summary>
    internal static byte[] Zip(params (string Name, byte[] Bytes)[] parts)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in parts)
            {
                using var stream = archive.CreateEntry("archive/" + name, CompressionLevel.Fastest).Open();
                stream.Write(bytes);
            }
        }
        return file.ToArray();
    }
}
