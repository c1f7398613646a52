using System.Buffers.Binary;
using System.Text;

namespace MnistService.Datasets;

/// <summary>
/// Parses the central directory of a zip file (APPNOTE.TXT 4.3, with zip64). .NET's ZipArchive does not expose the offsets of the entries. The offsets are
/// needed to detect a zip bomb whose entries overlap, so that many entries share a few bytes of compressed data.
/// </summary>
internal static class ZipDirectory
{
    internal const int LocalHeaderBytes = 30;

    private const uint EntrySignature = 0x02014b50, EndSignature = 0x06054b50, Zip64EndSignature = 0x06064b50, Zip64LocatorSignature = 0x07064b50;
    private const int HeaderBytes = 46, EndBytes = 22, Zip64LocatorBytes = 20, Zip64EndBytes = 56, MaxCommentBytes = ushort.MaxValue;

    /// <summary>
    /// Part of the size limit of the central directory, in bytes per permitted entry: 46 bytes for the header, and 210 bytes for the name, the extra fields and
    /// the comment.
    /// </summary>
    private const int BytesPerEntry = 256;

    /// <summary>Part of the size limit of the central directory that does not depend on the number of permitted entries, in bytes.</summary>
    private const int LeastBytes = 64 << 10;

    /// <summary>Reads the entries of a zip file.</summary>
    /// <param name="zip">A seekable stream of the zip file.</param>
    /// <param name="maxEntries">Maximum number of entries. The size of the central directory is limited to 64 kB plus 256 bytes per permitted entry.</param>
    /// <param name="tooMany">
    /// Creates the exception to throw if there are too many entries or the central directory is too large. Arguments: the declared number of entries, the
    /// declared size of the central directory in bytes, and the limit of this size in bytes.
    /// </param>
    /// <returns>The entries in directory order.</returns>
    /// <exception cref="InvalidDataException">The file is not a zip file, is damaged, or has overlapping entries.</exception>
    internal static List<ZipEntry> Read(Stream zip, int maxEntries, Func<long, long, long, Exception> tooMany)
    {
        var (start, bytes, count) = FindDirectory(zip);
        var maxBytes = LeastBytes + (long)BytesPerEntry * maxEntries;
        if (count > maxEntries || bytes > maxBytes) throw tooMany(count, bytes, maxBytes);
        var entries = new List<ZipEntry>((int)Math.Min(count, bytes / HeaderBytes));
        var buffer = new byte[HeaderBytes + 3 * ushort.MaxValue]; // a header; a name, extra fields and a comment of up to 64 kB each
        zip.Position = start;
        long read = 0;
        for (long i = 0; i < count; i++)
        {
            var header = Read(zip, buffer.AsSpan(0, HeaderBytes));
            if (UInt32(header, 0) != EntrySignature)
                throw new InvalidDataException($"Entry {i + 1} of {count} in the central directory starts with the bytes {Convert.ToHexString(header[..4])}; "
                    + "expected 504B0102.");
            var variable = UInt16(header, 28) + UInt16(header, 30) + UInt16(header, 32);
            if ((read += HeaderBytes + variable) > bytes)
                throw new InvalidDataException($"The end record declares a central directory of {bytes} bytes, which ends within entry {i + 1} of {count}.");
            entries.Add(Parse(header, Read(zip, buffer.AsSpan(HeaderBytes, variable)), start));
        }
        if (read != bytes)
            throw new InvalidDataException($"The end record declares a central directory of {bytes} bytes, but its {count} entries have {read} bytes.");
        RefuseOverlap(entries, start);
        return entries;
    }

    /// <summary>Finds the end-of-central-directory record at the end of the file, before an optional comment of up to 64 kB.</summary>
    private static (long Start, long Bytes, long Count) FindDirectory(Stream zip)
    {
        var tail = new byte[Math.Min(zip.Length, EndBytes + MaxCommentBytes)];
        var tailStart = zip.Position = zip.Length - tail.Length;
        Read(zip, tail);
        for (var at = tail.Length - EndBytes; at >= 0; at--)
        {
            var end = tail.AsSpan(at);
            if (UInt32(end, 0) != EndSignature || UInt16(end, 20) > end.Length - EndBytes) continue;
            var (disk, directoryDisk, onDisk, count) = (UInt16(end, 4), UInt16(end, 6), UInt16(end, 8), UInt16(end, 10));
            var (bytes, start) = (UInt32(end, 12), UInt32(end, 16));
            if (count == ushort.MaxValue || bytes == uint.MaxValue || start == uint.MaxValue)
                if (TryReadZip64(zip, tailStart + at) is { } found) return found;
            if (disk != 0 || directoryDisk != 0 || onDisk != count)
                throw Split();
            return Within(start, bytes, count, tailStart + at);
        }
        throw new InvalidDataException($"The file of {zip.Length} bytes has no end-of-central-directory record; expected a complete zip file.");
    }

    private static (long Start, long Bytes, long Count)? TryReadZip64(Stream zip, long end)
    {
        if (end < Zip64LocatorBytes) return null;
        zip.Position = end - Zip64LocatorBytes;
        var locator = Read(zip, new byte[Zip64LocatorBytes]);
        if (UInt32(locator, 0) != Zip64LocatorSignature) return null;
        var at = Int64(locator, 8);
        if (at > end - Zip64LocatorBytes - Zip64EndBytes)
            throw new InvalidDataException($"The zip64 locator points to byte {at}; "
                + $"expected the zip64 end-of-central-directory record at or before byte {end - Zip64LocatorBytes - Zip64EndBytes}.");
        zip.Position = at;
        var record = Read(zip, new byte[Zip64EndBytes]);
        if (UInt32(record, 0) != Zip64EndSignature)
            throw new InvalidDataException($"The zip64 locator points to byte {at}; expected a zip64 end-of-central-directory record there.");
        var (onDisk, count) = (Int64(record, 24), Int64(record, 32));
        if (UInt32(record, 16) != 0 || UInt32(record, 20) != 0 || onDisk != count)
            throw Split();
        return Within(Int64(record, 48), Int64(record, 40), count, at);
    }

    private static (long Start, long Bytes, long Count) Within(long start, long bytes, long count, long end) => start <= end && bytes <= end - start
        ? (start, bytes, count)
        : throw new InvalidDataException(
            $"The central directory is declared with {bytes} bytes at offset {start}; expected its end at or before byte {end}, where the end record starts.");

    private static ZipEntry Parse(ReadOnlySpan<byte> header, ReadOnlySpan<byte> variable, long directoryStart)
    {
        var nameBytes = UInt16(header, 28);
        var name = Encoding.UTF8.GetString(variable[..nameBytes]);
        long packed = UInt32(header, 20), bytes = UInt32(header, 24), offset = UInt32(header, 42);
        var zip64 = Zip64Field(variable.Slice(nameBytes, UInt16(header, 30)));
        // The zip64 field contains the values that do not fit into 32 bits, in the order uncompressed size, compressed size, offset.
        Widen(ref bytes, ref zip64, name);
        Widen(ref packed, ref zip64, name);
        Widen(ref offset, ref zip64, name);
        if (UInt16(header, 34) is not (0 or ushort.MaxValue)) throw Split();
        if (offset > directoryStart - LocalHeaderBytes || packed > directoryStart - LocalHeaderBytes - offset)
            throw new InvalidDataException(
                $"Entry {ZipEntryName.Shown(name)} is declared with {packed} bytes at offset {offset}; " +
                $"expected its end before the central directory at byte {directoryStart}.");
        return new(name, offset, packed, bytes, UInt32(header, 16), UInt16(header, 10), (UInt16(header, 8) & 1) != 0);
    }

    private static void Widen(ref long value, ref ReadOnlySpan<byte> zip64, string name)
    {
        if (value != uint.MaxValue) return;
        if (zip64.Length < sizeof(long)) throw new InvalidDataException($"Entry {ZipEntryName.Shown(name)} has no zip64 extra field, or an incomplete one; "
            + "expected the sizes and the offset of the entry in this field.");
        value = Int64(zip64, 0);
        zip64 = zip64[sizeof(long)..];
    }

    /// <returns>The content of the zip64 extra field (type 1); empty if the entry has no such field.</returns>
    private static ReadOnlySpan<byte> Zip64Field(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var length = Math.Min(UInt16(extra, 2), extra.Length - 4);
            if (UInt16(extra, 0) == 1) return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }
        return [];
    }

    /// <summary>
    /// Rejects entries that overlap. Assumes local headers of the minimum length (30 bytes), because the central directory does not contain the actual lengths.
    /// <see cref="ZipEntryStream.Open"/> repeats the check with the actual length of the local header.
    /// </summary>
    private static void RefuseOverlap(List<ZipEntry> entries, long directoryStart)
    {
        ZipEntry? before = null;
        foreach (var entry in entries.OrderBy(entry => entry.Offset))
        {
            if (before is not null)
            {
                before.End = entry.Offset;
                if (before.Offset + LocalHeaderBytes + before.PackedBytes > entry.Offset) throw Overlap(before, $"entry {ZipEntryName.Shown(entry.Name)}", entry.Offset);
            }
            before = entry;
        }
        if (before is not null) before.End = directoryStart;
    }

    /// <summary>Creates the exception for an entry whose data overlaps another part of the file.</summary>
    /// <param name="entry">The entry whose data is too long.</param>
    /// <param name="other">Description of the overlapped part for the message, such as <c>entry '7/b.png'</c>.</param>
    /// <param name="at">Offset in the file at which the overlapped part starts, in bytes.</param>
    internal static InvalidDataException Overlap(ZipEntry entry, string other, long at) =>
        new($"Entry {ZipEntryName.Shown(entry.Name)} and {other} overlap at byte {at} of the file; expected separate data for each entry.");

    private static InvalidDataException Split() => new("The archive is split into several files; expected a single file.");

    internal static Span<byte> Read(Stream zip, Span<byte> buffer)
    {
        zip.ReadExactly(buffer);
        return buffer;
    }

    internal static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    internal static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]) is >= 0 and var value
        ? value
        : throw new InvalidDataException(
            $"A zip64 length or offset is {BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..])}; expected at most {long.MaxValue}.");
}

/// <summary>A zip entry as described by the central directory. The values are not verified.</summary>
/// <param name="Name">Name of the entry, with its folders. The name is client input and must never be used as a path.</param>
/// <param name="Offset">Offset of the local header in the file, in bytes.</param>
/// <param name="PackedBytes">Size of the compressed data in bytes.</param>
/// <param name="Bytes">Size of the uncompressed content in bytes.</param>
/// <param name="Crc32">CRC-32 of the uncompressed content.</param>
/// <param name="Method">Compression method: 0 stored, 8 deflate.</param>
/// <param name="IsEncrypted">Whether the data is encrypted.</param>
internal sealed record ZipEntry(string Name, long Offset, long PackedBytes, long Bytes, uint Crc32, ushort Method, bool IsEncrypted)
{
    /// <summary>Offset in the file before which the data of this entry must end: the offset of the next entry, or of the central directory.</summary>
    internal long End { get; set; }
}
