using System.Buffers.Binary;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>Content of a PNG's IHDR chunk (PNG specification, section 11.2.1).</summary>
internal readonly record struct PngHeader(uint Width, uint Height, byte BitDepth, byte ColorType, bool Interlaced)
{
    public const int Length = 13;

    public const byte Gray = 0, Rgb = 2, Palette = 3, GrayAlpha = 4, Rgba = 6;

    public int BitsPerPixel => BitDepth * ColorType switch { Rgb => 3, GrayAlpha => 2, Rgba => 4, _ => 1 };

    /// <param name="chunk">Data of the IHDR chunk, 13 bytes.</param>
    /// <exception cref="ImageException">The chunk does not have 13 bytes, or the PNG specification does not define its combination of values.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length != Length)
            throw new ImageException(ImageError.Unreadable, $"The PNG's IHDR chunk has {chunk.Length} bytes; expected {Length}. Save the image again.");
        var header = new PngHeader(BinaryPrimitives.ReadUInt32BigEndian(chunk), BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]), chunk[8], chunk[9], chunk[12] == 1);
        var known = header.ColorType switch
        {
            Gray => header.BitDepth is 1 or 2 or 4 or 8 or 16,
            Palette => header.BitDepth is 1 or 2 or 4 or 8,
            Rgb or GrayAlpha or Rgba => header.BitDepth is 8 or 16,
            _ => false,
        };
        if (!known || chunk[10] != 0 || chunk[11] != 0 || chunk[12] > 1)
            throw new ImageException(ImageError.Unreadable,
                $"The PNG has bit depth {chunk[8]}, color type {chunk[9]}, compression {chunk[10]}, filter method {chunk[11]}, interlace {chunk[12]}; "
                + "this combination is invalid. Save the image again, for example with bit depth 8, color type 2 (RGB), and 0 for the other fields.");
        return header;
    }

    /// <summary>
    /// Returns the size in pixels of each pass over the image: one pass, or up to seven passes for Adam7 interlacing. Passes without pixels are omitted.
    /// </summary>
    public IEnumerable<(int Width, int Height)> Passes()
    {
        if (!Interlaced)
        {
            yield return ((int)Width, (int)Height);
            yield break;
        }
        foreach (var (x, y, dx, dy) in Adam7)
        {
            var (width, height) = (((int)Width - x + dx - 1) / dx, ((int)Height - y + dy - 1) / dy);
            if (width > 0 && height > 0) yield return (width, height);
        }
    }

    private static readonly (int X, int Y, int Dx, int Dy)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
}
