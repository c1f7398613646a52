namespace MnistService.Drawings;

/// <summary>Writes GIF files of 256 gray levels. The pixels are LZW codes without compression.</summary>
internal sealed class GifWriter
{
    private const byte CodeBits = 8;

    private readonly List<byte> _bytes = [];

    /// <param name="hasTable">Whether the file has a global color table of 256 gray levels.</param>
    public GifWriter(ushort width, ushort height, string version = "GIF89a", bool hasTable = true)
    {
        _bytes.AddRange([.. System.Text.Encoding.ASCII.GetBytes(version), .. Word(width), .. Word(height), (byte)(hasTable ? 0xF7 : 0), 0, 0]);
        if (hasTable) _bytes.AddRange(Table());
    }

    /// <summary>Adds a comment extension.</summary>
    public GifWriter Comment(int length)
    {
        _bytes.AddRange([0x21, 0xFE, .. Blocks(new byte[length])]);
        return this;
    }

    /// <summary>Adds a graphic control extension: delay, and the index of the transparent color.</summary>
    public GifWriter Transparent(byte index)
    {
        _bytes.AddRange([0x21, 0xF9, 4, 1, 10, 0, index, 0]);
        return this;
    }

    /// <summary>Adds a graphic control extension with a delay only.</summary>
    public GifWriter Delay()
    {
        _bytes.AddRange([0x21, 0xF9, 4, 0, 10, 0, 0, 0]);
        return this;
    }

    /// <param name="levels">Gray levels, one byte per pixel, row-major.</param>
    public GifWriter Image(ushort left, ushort top, ushort width, byte[] levels, bool interlaced = false, bool hasTable = false)
    {
        var height = (ushort)(levels.Length / width);
        _bytes.AddRange([0x2C, .. Word(left), .. Word(top), .. Word(width), .. Word(height), (byte)((hasTable ? 0x87 : 0) | (interlaced ? 0x40 : 0))]);
        if (hasTable) _bytes.AddRange(Table());
        var rows = interlaced ? Order(height).SelectMany(y => levels.Skip(y * width).Take(width)).ToArray() : levels;
        _bytes.AddRange([CodeBits, .. Blocks(Codes(rows))]);
        return this;
    }

    public byte[] End() => [.. _bytes, 0x3B];

    /// <summary>Returns the rows in the order of an interlaced image (GIF89a specification, appendix E).</summary>
    private static IEnumerable<int> Order(int height)
    {
        foreach (var (start, step) in ((int, int)[])[(0, 8), (4, 8), (2, 4), (1, 2)])
            for (var y = start; y < height; y += step) yield return y;
    }

    /// <summary>Packs 9-bit codes. A clear code after every 254 pixels keeps the code size at 9 bits.</summary>
    private static byte[] Codes(byte[] pixels)
    {
        const int Clear = 1 << CodeBits, End = Clear + 1;
        var codes = new List<int>();
        foreach (var part in pixels.Chunk(254)) codes.AddRange([Clear, .. part.Select(value => (int)value)]);
        codes.Add(End);
        var bytes = new byte[(codes.Count * 9 + 7) / 8];
        for (var i = 0; i < codes.Count; i++)
        {
            for (var bit = 0; bit < 9; bit++)
                if ((codes[i] >> bit & 1) != 0) bytes[(i * 9 + bit) / 8] |= (byte)(1 << (i * 9 + bit) % 8);
        }
        return bytes;
    }

    private static byte[] Blocks(byte[] data) => [.. data.Chunk(255).SelectMany(block => (byte[])[(byte)block.Length, .. block]), 0];

    private static byte[] Table() => [.. Enumerable.Range(0, 256).SelectMany(i => Enumerable.Repeat((byte)i, 3))];

    private static byte[] Word(int value) => [(byte)value, (byte)(value >> 8)];
}
