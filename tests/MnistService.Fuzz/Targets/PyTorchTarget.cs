using System.IO.Compression;
using MnistService.Fuzz.Repair;
using MnistService.Model.Weights.PyTorch;

namespace MnistService.Fuzz.Targets;

/// <summary>
/// <see cref="PyTorchFile"/>: a file unchanged, and a zip file also with corrected checksums. After a byte 1, a pickle that is put into a zip file with some
/// storages. After a byte 2, a pickle that follows the first three pickles of the legacy format.
/// </summary>
internal sealed class PyTorchTarget : IFuzzTarget
{
    private const byte InZip = 1, InLegacy = 2;
    private const int Storages = 4, StorageBytes = 64;

    private static readonly byte[] LegacyStart = Legacy();

    public string Name => "pth";

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        "ccollections\nOrderedDict\n", "ctorch._utils\n_rebuild_tensor_v2\n", "ctorch._utils\n_rebuild_parameter\n", "ctorch\nFloatStorage\n", "ctorch\nLongStorage\n", "ctorch\nHalfStorage\n",
        "ctorch\nByteStorage\n", "X\u0007\0\0\0storage", "X\u0001\0\0\00", "X\u0003\0\0\0cpu", "tQ", ")R", "}(", "u.", "\u0085", "\u0086", "\u0087", "K\u0001", "J\u00ff\u00ff\u00ff\u007f", "\u008a\u0001\u00ff", "q\0", "h\0", "\u0094",
        "\u0093", "b", "a", "e", "s", "\u0095", "state_dict", "module.", "cargparse\nNamespace\n", "\u0081", "\u0092", "\u008f", "\u0090", "\u0091", "C\u0003abc", "0", "1", "2", "PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006", "byteorder", "little", "/data.pkl");

    public IReadOnlyList<byte[]> Seeds { get; } = [.. FuzzTargets.Resources("pth/").Select(file => file.Bytes), .. Pickles()];

    public void Read(byte[] input)
    {
        switch (input)
        {
            case [InZip, .. var pickle]: Check(Zip(pickle), (1 << 20) + 256L * pickle.Length); break;
            case [InLegacy, .. var rest]: Check([.. LegacyStart, .. rest], (1 << 20) + 256L * rest.Length); break;
            default:
                // A compressed file may expand, so the bound is larger, but still proportional to the input.
                var most = (12 << 20) + 2048L * input.Length;
                Check(input, most);
                if (ZipChecksums.Repair(input) is { } repaired) Check(repaired, most);
                break;
        }
    }

    private static void Check(byte[] file, long most)
    {
        var state = Tensors.TryRead(file, most, bytes => PyTorchFile.Read(bytes));
        if (state is null || state.Tensors.Count == 0) return;
        var again = PyTorchFile.Read(PyTorchFile.Write(state));
        Promise.Holds(again.Tensors.Zip(state.Tensors).All(pair => pair.First.Bytes.Span.SequenceEqual(pair.Second.Bytes.Span)), "The tensors that were read differ after they were written and read again.");
    }

    private static byte[] Zip(byte[] pickle)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "data.pkl", pickle);
            for (var i = 0; i < Storages; i++) Add(archive, $"data/{i}", new byte[StorageBytes]);
        }
        return file.ToArray();
    }

    private static void Add(ZipArchive archive, string name, byte[] bytes)
    {
        using var entry = archive.CreateEntry("archive/" + name, CompressionLevel.NoCompression).Open();
        entry.Write(bytes);
    }

    private static IEnumerable<byte[]> Pickles()
    {
        foreach (var (name, file) in FuzzTargets.Resources("pth/"))
        {
            if (!file.AsSpan().StartsWith("PK"u8))
            {
                if (file.AsSpan().StartsWith(LegacyStart)) yield return [InLegacy, .. file[LegacyStart.Length..]];
                continue;
            }
            using var archive = new ZipArchive(new MemoryStream(file));
            using var pickle = new MemoryStream();
            using (var entry = archive.Entries.Single(e => e.Name == "data.pkl").Open()) entry.CopyTo(pickle);
            yield return [InZip, .. pickle.ToArray()];
        }
    }

    /// <summary>Returns magic number, protocol version and system information, the first three pickles of one of PyTorch's own files.</summary>
    private static byte[] Legacy()
    {
        var file = FuzzTargets.Resources("pth/legacy.pth")[0].Bytes;
        var bytes = new PickleBytes(file);
        for (var pickle = 0; pickle < 3; pickle++) PickleMachine.Run(bytes);
        return file[..bytes.Position];
    }
}
