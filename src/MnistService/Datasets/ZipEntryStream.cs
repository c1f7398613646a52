using System.IO.Compression;

namespace MnistService.Datasets;

/// <summary>
/// Read-only stream over the compressed bytes of one zip entry. The stream ends after the compressed length that the central directory declares.
/// </summary>
internal sealed class ZipEntryStream : Stream
{
    private const uint Signature = 0x04034b50;
    private const ushort Stored = 0, Deflated = 8;

    private readonly Stream _zip;
    private long _left;

    private ZipEntryStream(Stream zip, long bytes) => (_zip, _left) = (zip, bytes);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>
    /// Opens the uncompressed content of an entry. Entries share the underlying stream, so only one entry can be read at a time. The caller must check the
    /// length and the checksum.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The local header is damaged, the data overlaps the next entry or the central directory, or the compression method is not supported.
    /// </exception>
    internal static Stream Open(Stream zip, ZipEntry entry)
    {
        zip.Position = entry.Offset;
        var header = ZipDirectory.Read(zip, stackalloc byte[ZipDirectory.LocalHeaderBytes]);
        if (ZipDirectory.UInt32(header, 0) != Signature) throw new InvalidDataException($"The central directory points to byte {entry.Offset}; "
            + "expected a local header there.");
        var start = entry.Offset + ZipDirectory.LocalHeaderBytes + ZipDirectory.UInt16(header, 26) + ZipDirectory.UInt16(header, 28);
        if (start + entry.PackedBytes > entry.End) throw ZipDirectory.Overlap(entry, "the data after it", entry.End);
        zip.Position = start;
        var packed = new ZipEntryStream(zip, entry.PackedBytes);
        return entry.Method switch
        {
            Stored => packed,
            Deflated => new DeflateStream(packed, CompressionMode.Decompress),
            var other => throw new InvalidDataException($"The compression method is {other}; expected 0 (stored) or 8 (deflate)."),
        };
    }

    public override int Read(Span<byte> buffer)
    {
        var read = _zip.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left -= read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
