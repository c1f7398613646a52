using System.IO.Compression;
using System.Runtime.InteropServices;

namespace MnistService.Model.Weights;

/// <summary>Opens a zip archive in memory.</summary>
internal static class ZipMemory
{
    private const int MaxEntries = 20_000;

    /// <exception cref="ModelFormatException">The archive has too many entries. Each would take 400 bytes of memory.</exception>
    /// <exception cref="InvalidDataException">The bytes are not an archive.</exception>
    internal static ZipArchive Open(ReadOnlyMemory<byte> file)
    {
        if (file.Span.Count("PK\x01\x02"u8) is var entries && entries > MaxEntries) // each entry of the directory starts with these bytes
            throw new ModelFormatException($"The file is a zip archive with about {entries} entries; expected at most {MaxEntries}. Save only model.state_dict().");
        var bytes = MemoryMarshal.TryGetArray(file, out var segment) ? segment : new(file.ToArray());
        return new ZipArchive(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false));
    }
}
