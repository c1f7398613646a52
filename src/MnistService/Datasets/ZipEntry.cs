namespace MnistService.Datasets;

/// <summary>A zip entry as described by the central directory. The values are not verified.</summary>
/// <param name="Name">File name. It is client input and must never be used as a path.</param>
/// <param name="Offset">Offset of the local header in the file, in bytes.</param>
/// <param name="PackedBytes">Size of the compressed data.</param>
/// <param name="Bytes">Size of the uncompressed content.</param>
/// <param name="Crc32">CRC-32 of the uncompressed content.</param>
/// <param name="Method">Compression method: 0 stored, 8 deflate.</param>
/// <param name="IsEncrypted">Whether the data is encrypted.</param>
internal sealed record ZipEntry(string Name, long Offset, long PackedBytes, long Bytes, uint Crc32, ushort Method, bool IsEncrypted)
{
    /// <summary>Upper bound of the end of the data: the offset of the next entry or of the central directory.</summary>
    internal long End { get; set; }
}
