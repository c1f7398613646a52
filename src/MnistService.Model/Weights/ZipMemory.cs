using System.IO.Compression;
using System.Runtime.InteropServices;

namespace MnistService.Model.Weights;

/// <summary>Opens a zip archive whose bytes are in memory.</summary>
internal static class ZipMemory
{
    private const int MaxEntries = 20_000;

    /// <exception cref="ModelFormatException">
    /// The archive has more than about 20,000 entries. The limit bounds the memory: <see cref="ZipArchive"/> needs about 400 bytes per entry.
    /// </exception>
    /// <exception cref="InvalidDataException">The bytes are not a zip archive.</exception>
    internal static ZipArchive Open(ReadOnlyMemory<byte> file)
    {
        // Each entry of the central directory starts with the bytes PK 01 02. Other data can also contain these bytes, so the count is approximate.
        if (file.Span.Count("PK\x01\x02"u8) is var entries && entries > MaxEntries)
            throw new ModelFormatException($"The file is a zip archive with about {entries} entries; expected at most {MaxEntries}. Save only model.state_dict().");
        var bytes = MemoryMarshal.TryGetArray(file, out var segment) ? segment : new(file.ToArray());
        return new ZipArchive(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false));
    }
}
