using System.IO.Compression;
using System.Runtime.InteropServices;

namespace MnistService.Model.Weights;

/// <summary>Opens a zip archive whose bytes are in memory.</summary>
internal static class ZipMemory
{
    private const int MaxEntries = 20_000;

    /// <exception cref="ModelFormatException">The archive has more than 20,000 entries. Each entry would take about 400 bytes of memory.</exception>
    /// <exception cref="InvalidDataException">The bytes are not a zip archive.</exception>
    internal static ZipArchive Open(ReadOnlyMemory<byte> file)
    {
        // Each entry of the central directory starts with these bytes. Other data can also contain them, so the number is approximate.
        if (file.Span.Count("PK\x01\x02"u8) is var entries && entries > MaxEntries)
            throw new ModelFormatException($"The file is a zip archive with about {entries} entries; expected at most {MaxEntries}. Save only model.state_dict().");
        var bytes = MemoryMarshal.TryGetArray(file, out var segment) ? segment : new(file.ToArray());
        return new ZipArchive(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false));
    }
}
