using System.Buffers.Binary;

namespace MnistService.Drawings;

/// <summary>Writes BMP files, valid or not.</summary>
internal static class BmpWriter
{
    private const int FileHeader = 14, CoreHeader = 12, InfoHeader = 40;

    /// <summary>A BMP with BITMAPINFOHEADER.</summary>
    /// <param name="height">Height in pixels; negative if the rows are stored from top to bottom.</param>
    /// <param name="palette">4 bytes per color: blue, green, red, 0.</param>
    /// <param name="pixels">Rows as stored, each padded to 4 bytes, or their run-length encoding.</param>
    public static byte[] Write(int width, int height, ushort bits, byte[] palette, byte[] pixels, uint compression = 0)
    {
        var file = new byte[FileHeader + InfoHeader + palette.Length + pixels.Length];
        Start(file, InfoHeader, palette, pixels);
        var header = file.AsSpan(FileHeader);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], width);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], height);
        header[12] = 1; // planes
        BinaryPrimitives.WriteUInt16LittleEndian(header[14..], bits);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], compression);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], pixels.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[32..], palette.Length / 4);
        return file;
    }

    /// <summary>A BMP with BITMAPCOREHEADER and 24 bits per pixel.</summary>
    public static byte[] WriteCore(ushort width, ushort height, byte[] pixels)
    {
        var file = new byte[FileHeader + CoreHeader + pixels.Length];
        Start(file, CoreHeader, [], pixels);
        var header = file.AsSpan(FileHeader);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], width);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], height);
        (header[8], header[10]) = (1, 24);
        return file;
    }

    /// <summary>Stores gray levels, one byte per pixel, as rows from bottom to top with a number of bytes per pixel.</summary>
    /// <param name="pixel">Bytes of one pixel.</param>
    public static byte[] Rows(byte[] levels, int width, Func<byte, byte[]> pixel, bool topDown = false)
    {
        var rows = levels.Chunk(width).Select(row => Pad([.. row.SelectMany(pixel)]));
        return [.. (topDown ? rows : rows.Reverse()).SelectMany(row => row)];
    }

    /// <summary>Stores indexes below <c>2^bits</c>, one byte per pixel, as packed rows from bottom to top.</summary>
    public static byte[] PackedRows(byte[] indexes, int width, int bits) => [.. indexes.Chunk(width).Reverse().SelectMany(row =>
    {
        var packed = new byte[(width * bits + 7) / 8];
        for (var x = 0; x < width; x++) packed[x * bits / 8] |= (byte)(row[x] << (8 - bits - x * bits % 8));
        return Pad(packed);
    })];

    /// <summary>Encodes indexes, one byte per pixel, as runs of 8-bit pixels from bottom to top (compression 1).</summary>
    public static byte[] RunLengths(byte[] indexes, int width)
    {
        var bytes = new List<byte>();
        foreach (var row in indexes.Chunk(width).Reverse())
        {
            for (var x = 0; x < width;)
            {
                var run = 1;
                while (x + run < width && run < 255 && row[x + run] == row[x]) run++;
                bytes.AddRange([(byte)run, row[x]]);
                x += run;
            }
            bytes.AddRange([0, 0]); // end of line
        }
        return [.. bytes, 0, 1]; // end of bitmap
    }

    /// <summary>A palette of gray levels from black to white.</summary>
    public static byte[] Palette(int levels) => [.. Enumerable.Range(0, levels).SelectMany(i =>
    {
        var level = (byte)(i * 255 / (levels - 1));
        return (byte[])[level, level, level, 0];
    })];

    private static byte[] Pad(byte[] row) => [.. row, .. new byte[(4 - row.Length % 4) % 4]];

    private static void Start(byte[] file, int header, byte[] palette, byte[] pixels)
    {
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), FileHeader + header + palette.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), header);
        palette.CopyTo(file, FileHeader + header);
        pixels.CopyTo(file, file.Length - pixels.Length);
    }
}
