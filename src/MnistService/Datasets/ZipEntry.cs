namespace MnistService.Datasets;

/// <summary>An entry of a zip as its central directory describes it; none of it is proven yet.</summary>
/// <param name="Name">The client's text: it never becomes a path.</param>
/// <param name="Offset">Of the entry's local header in the file.</param>
/// <param name="PackedBytes">Bytes of its data in the file.</param>
/// <param name="Bytes">Bytes of the unpacked content.</param>
/// <param name="Crc32">Checksum of the unpacked content.</param>
/// <param name="Method">How the data is packed: 0 stored, 8 deflated.</param>
/// <param name="IsEncrypted">Whether the data is encrypted.</param>
internal sealed record ZipEntry(string Name, long Offset, long PackedBytes, long Bytes, uint Crc32, ushort Method, bool IsEncrypted)
{
    /// <summary>Where the next entry or the central directory begins: the entry's data ends before it.</summary>
    internal long End { get; set; }
}
