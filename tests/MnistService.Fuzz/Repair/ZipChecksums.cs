using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace MnistService.Fuzz.Repair;

/// <summary>Corrects lengths and checksums in the central directory of a mutated zip file, so that fuzzing reaches the code after their check.</summary>
internal static class ZipChecksums
{
    private const int Header = 46, LocalHeader = 30, Deflated = 8, LargestEntry = 1 << 20;

    /// <returns>A corrected copy; null if nothing can be repaired.</returns>
    internal static byte[]? Repair(byte[] input)
    {
        var zip = (byte[])input.Clone();
        var changed = false;
        for (var at = 0; zip.AsSpan(at).IndexOf("PK\x01\x02"u8) is var found and >= 0 && at + found + Header <= zip.Length; at += Header)
            changed |= RepairEntry(zip, zip.AsSpan(at += found, Header));
        return changed ? zip : null;
    }

    private static bool RepairEntry(byte[] zip, Span<byte> header)
    {
        var packed = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        var local = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        if (local > zip.Length - LocalHeader) return false;
        var data = local + LocalHeader + BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan((int)local + 26)) + BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan((int)local + 28));
        if (data > zip.Length || packed > zip.Length - data) return false;
        var content = Unpack(zip, (int)data, (int)packed, BinaryPrimitives.ReadUInt16LittleEndian(header[10..]));
        if (content is null) return false;
        var before = header.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Crc32.HashToUInt32(content));
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], content.Length);
        return !header.SequenceEqual(before);
    }

    private static byte[]? Unpack(byte[] zip, int at, int length, int method)
    {
        if (method != Deflated) return zip.AsSpan(at, length).ToArray();
        var content = new byte[LargestEntry];
        try
        {
            using var inflated = new DeflateStream(new MemoryStream(zip, at, length), CompressionMode.Decompress);
            return content[..inflated.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
