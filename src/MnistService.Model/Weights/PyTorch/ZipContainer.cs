using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace MnistService.Model.Weights.PyTorch;

/// <summary>
/// Reads the format since PyTorch 1.6: a zip archive with <c>&lt;name&gt;/data.pkl</c>, a file <c>&lt;name&gt;/data/&lt;key&gt;</c> per storage, and
/// optionally <c>&lt;name&gt;/byteorder</c>.
/// </summary>
internal sealed class ZipContainer : IPyTorchContainer
{
    private const string PickleName = "data.pkl";

    /// <summary>Decompressed size of a pickle, in bytes, that is permitted regardless of the length of the file.</summary>
    private const long LeastPickle = 64 << 10;

    /// <summary>
    /// Factor in the size limit of a pickle: the decompressed size may be at most <see cref="LeastPickle"/> plus this number times the length of the file. The
    /// limit rejects decompression bombs: deflate can expand repetitive data about 1,000 times. PyTorch stores pickles uncompressed, so real pickles are
    /// smaller than the file.
    /// </summary>
    private const long MostCompression = 16;

    private readonly ZipArchive _archive;
    private readonly string _folder;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _elements = new(StringComparer.Ordinal);

    internal ZipContainer(ReadOnlyMemory<byte> file)
    {
        _archive = ZipMemory.Open(file);
        var pickles = _archive.Entries.Where(e => e.FullName.EndsWith("/" + PickleName, StringComparison.Ordinal)).ToList();
        if (pickles.Count == 0 && OtherFormat.Describe(file) is { } other) throw new ModelFormatException(other);
        if (pickles.Count != 1) throw new ModelFormatException($"The archive has {pickles.Count} files named {PickleName}; expected one. "
            + PickledText.SaveAgain);
        _folder = pickles[0].FullName[..^PickleName.Length];
        // The entry 'byteorder' exists since PyTorch 2.0. Older files do not state the byte order, and are read as little-endian.
        if (_archive.GetEntry(_folder + "byteorder") is { } order && Read(order, 16) is var stated && !stated.AsSpan().SequenceEqual("little"u8))
            throw new ModelFormatException($"The file's elements have the byte order {PickledText.Show(Encoding.Latin1.GetString(stated))}; "
                + "expected 'little'. Save the file on a little-endian machine, such as x86 or ARM.");
        Root = PickleMachine.Run(new(Read(pickles[0], Math.Min(PickleMachine.MaxBytes, LeastPickle + MostCompression * file.Length))));
    }

    public object? Root { get; }

    public ReadOnlyMemory<byte> Elements(PickledStorage storage)
    {
        if (_elements.TryGetValue(storage.Key, out var known)) return known;
        var entry = _archive.GetEntry($"{_folder}data/{storage.Key}") ?? throw new ModelFormatException(
            $"The file is damaged: the archive has no file {PickledText.Show("data/" + storage.Key)}, which a tensor uses. {PickledText.SaveAgain}");
        // An entry that is longer than the pickle declares is rejected too, because the size limit was checked with the lengths in the pickle.
        if (entry.Length != storage.Bytes)
            throw new ModelFormatException($"The storage {PickledText.Show(storage.Key)} needs {storage.Bytes} bytes; "
                + $"the archive has {entry.Length} bytes for it. {PickledText.SaveAgain}");
        return _elements[storage.Key] = Read(entry, storage.Bytes);
    }

    public void Dispose() => _archive.Dispose();

    private static byte[] Read(ZipArchiveEntry entry, long maxBytes)
    {
        if (entry.Length > maxBytes)
            throw new ModelFormatException($"The archive entry {PickledText.Show(entry.FullName)} has {entry.Length} bytes; "
                + $"expected at most {maxBytes}. {PickledText.SaveAgain}");
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        // entry.Length is only the declared length, and .NET does not verify the checksum.
        if (stream.ReadByte() >= 0 || Crc32.HashToUInt32(bytes) != entry.Crc32)
            throw new ModelFormatException($"The archive entry {PickledText.Show(entry.FullName)} is damaged: the length or the checksum (CRC-32) of its content differs from the archive's directory. Files that PyTorch wrote without checksums cannot be read; save with set_crc32_options(True).");
        return bytes;
    }
}
