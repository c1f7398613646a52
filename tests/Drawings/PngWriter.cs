using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace MnistService.Drawings;

/// <summary>Writes PNGs chunk by chunk, valid or damaged: every color type, bit depth and interlacing, wrong checksums, wrong headers.</summary>
internal sealed class PngWriter
{
    public const byte Grey = 0, Rgb = 2, Palette = 3, GreyAlpha = 4, Rgba = 6;

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    private static readonly (int Left, int Top, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly List<byte> _file = [.. Signature];

    /// <summary>Returns a valid 28×28 PNG of 784 gray bytes.</summary>
    public static byte[] Mnist(ReadOnlySpan<byte> pixels) => new PngWriter().Header(28, 28, 8, Grey).Data(Rows(pixels, 28)).End().ToArray();

    /// <summary>Prefixes each row of 8-bit or 16-bit samples with PNG filter type 0 (none).</summary>
    public static byte[] Rows(ReadOnlySpan<byte> bytes, int rowBytes)
    {
        var rows = new MemoryStream();
        for (var start = 0; start < bytes.Length; start += rowBytes)
        {
            rows.WriteByte(0);
            rows.Write(bytes.Slice(start, rowBytes));
        }
        return rows.ToArray();
    }

    /// <summary>Packs samples into 1, 2 or 4 bits, as rows with filter type 0 (none).</summary>
    public static byte[] PackedRows(ReadOnlySpan<byte> samples, int width, int bits)
    {
        var rows = new MemoryStream();
        for (var start = 0; start < samples.Length; start += width)
        {
            var row = new byte[1 + (width * bits + 7) / 8];
            for (var x = 0; x < width; x++) row[1 + x * bits / 8] |= (byte)(samples[start + x] << 8 - bits - x * bits % 8);
            rows.Write(row);
        }
        return rows.ToArray();
    }

    /// <summary>Reorders samples into the seven Adam7 passes; one sample per pixel, <paramref name="bytes"/> bytes per sample.</summary>
    public static byte[] InterlacedRows(ReadOnlySpan<byte> samples, int width, int height, int bytes)
    {
        var rows = new MemoryStream();
        foreach (var (left, top, stepX, stepY) in Adam7)
        {
            for (var y = top; y < height; y += stepY)
            {
                if (left >= width) continue;
                rows.WriteByte(0);
                for (var x = left; x < width; x += stepX) rows.Write(samples.Slice((y * width + x) * bytes, bytes));
            }
        }
        return rows.ToArray();
    }

    public PngWriter Header(uint width, uint height, byte depth, byte colour, byte interlace = 0)
    {
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(header, width);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], height);
        (header[8], header[9], header[12]) = (depth, colour, interlace);
        return Chunk("IHDR", header);
    }

    /// <summary>Adds an IDAT chunk with filtered rows, which this method compresses.</summary>
    public PngWriter Data(ReadOnlySpan<byte> rows)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) zlib.Write(rows);
        return Chunk("IDAT", packed.ToArray());
    }

    public PngWriter End() => Chunk("IEND", []);

    public PngWriter Chunk(string type, ReadOnlySpan<byte> data, uint spoilChecksumBy = 0)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        _file.AddRange(number);
        var name = Encoding.ASCII.GetBytes(type);
        _file.AddRange(name);
        _file.AddRange(data);
        var checksum = new Crc32();
        checksum.Append(name);
        checksum.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, checksum.GetCurrentHashAsUInt32() ^ spoilChecksumBy);
        _file.AddRange(number);
        return this;
    }

    public byte[] ToArray() => [.. _file];
}
