using SkiaSharp;

namespace MnistService.Drawings;

/// <summary>A drawn digit in one image format or variant.</summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="File">The file in this variant.</param>
/// <param name="Plain">A PNG with the same pixels as 8-bit gray without interlacing.</param>
internal sealed record ImageForm(string Name, byte[] File, byte[] Plain)
{
    public override string ToString() => Name;
}

/// <summary>One digit in every color type, bit depth and interlacing of PNG, and with ancillary chunks.</summary>
internal static class PngForms
{
    public const int Digit = 3;

    internal const int Width = 61, Height = 67; // not multiples of 8, so that rows end within a byte and every Adam7 pass is cut

    private static readonly byte[] Drawn = new Scene("plain", Width, Height, 50, 6).Draw(Digit, new Random(3));

    public static IEnumerable<ImageForm> All()
    {
        foreach (var bits in (byte[])[1, 2, 4])
            yield return new($"grey of {bits} bits", Png(bits, PngWriter.Grey).Data(PngWriter.PackedRows(Samples(1 << bits), Width, bits)).End().ToArray(), Plain(1 << bits));
        yield return Of("grey of 8 bits", Png(8, PngWriter.Grey).Data(PngWriter.Rows(Eight(256), Width)));
        yield return Of("grey of 16 bits", Png(16, PngWriter.Grey).Data(PngWriter.Rows(Each(g => [g, g]), 2 * Width)));
        foreach (var bits in (byte[])[1, 2, 4, 8])
        {
            var levels = 1 << bits;
            byte[] palette = [.. Enumerable.Range(0, levels).SelectMany(i => Enumerable.Repeat((byte)(i * 255 / (levels - 1)), 3))];
            yield return new($"palette of {bits} bits",
                Png(bits, PngWriter.Palette).Chunk("PLTE", palette).Data(PngWriter.PackedRows(Samples(levels), Width, bits)).End().ToArray(), Plain(levels));
        }
        yield return new("palette with a transparent red", Png(1, PngWriter.Palette).Chunk("PLTE", [0, 0, 0, 200, 10, 10]).Chunk("tRNS", [255, 0])
            .Data(PngWriter.PackedRows(Samples(2), Width, 1)).End().ToArray(), Plain(2));
        yield return Of("grey and alpha", Png(8, PngWriter.GreyAlpha).Data(PngWriter.Rows(Each(g => [g, 255]), 2 * Width)));
        yield return Of("ink in the alpha alone", Png(8, PngWriter.GreyAlpha).Data(PngWriter.Rows(Each(g => [0, (byte)(255 - g)]), 2 * Width)));
        foreach (var bytes in (int[])[1, 2])
        {
            byte[] Wide(params byte[] samples) => [.. samples.SelectMany(s => Enumerable.Repeat(s, bytes))];
            yield return Of($"RGB of {8 * bytes} bits", Png((byte)(8 * bytes), PngWriter.Rgb).Data(PngWriter.Rows(Each(g => Wide(g, g, g)), 3 * bytes * Width)));
            yield return Of($"RGBA of {8 * bytes} bits", Png((byte)(8 * bytes), PngWriter.Rgba).Data(PngWriter.Rows(Each(g => Wide(g, g, g, 255)), 4 * bytes * Width)));
        }
        yield return Of("interlaced grey", Png(8, PngWriter.Grey, interlace: 1).Data(PngWriter.InterlacedRows(Eight(256), Width, Height, 1)));
        yield return Of("interlaced RGB", Png(8, PngWriter.Rgb, interlace: 1).Data(PngWriter.InterlacedRows(Each(g => [g, g, g]), Width, Height, 3)));
        yield return Of("data in chunks of 7 bytes", InSmallChunks(7));
        yield return Of("data in chunks of no bytes and of one", InSmallChunks(1));
        yield return Of("an animation", Animation());
        yield return Of("an enormous text and a colour profile", Png(8, PngWriter.Grey).Chunk("tEXt", new byte[2_000_000]).Chunk("iCCP", new byte[500_000]).Data(PngWriter.Rows(Eight(256), Width)));
        yield return Of("unknown chunks with wrong checksums", Png(8, PngWriter.Grey).Chunk("juNk", [1, 2, 3], spoilChecksumBy: 1).Data(PngWriter.Rows(Eight(256), Width)).Chunk("juNk", []));
        var plain = Plain(256);
        yield return new("followed by other data", [.. plain, .. new byte[1000]], plain);
        yield return new("followed by another picture", [.. plain, .. plain], plain);
    }

    /// <summary>A form whose plain version has 256 gray levels.</summary>
    private static ImageForm Of(string name, PngWriter file) => new(name, file.End().ToArray(), Plain(256));

    private static PngWriter Png(byte depth, byte colour, byte interlace = 0) => new PngWriter().Header(Width, Height, depth, colour, interlace);

    internal static byte[] Plain(int levels) => Png(8, PngWriter.Grey).Data(PngWriter.Rows(Eight(levels), Width)).End().ToArray();

    /// <summary>Samples of a dark digit on white in this many gray levels, one byte per sample.</summary>
    internal static byte[] Samples(int levels)
    {
        using var picture = SKBitmap.Decode(Drawn);
        return [.. picture.Pixels.Select(pixel => (byte)Math.Round(pixel.Red * (levels - 1) / 255.0))];
    }

    internal static byte[] Eight(int levels) => [.. Samples(levels).Select(sample => (byte)(sample * 255 / (levels - 1)))];

    private static byte[] Each(Func<byte, byte[]> pixel) => [.. Eight(256).SelectMany(pixel)];

    private static PngWriter InSmallChunks(int bytes)
    {
        var data = PngChunks.Of(Plain(256)).Single(chunk => chunk.Type == "IDAT").Data;
        var file = Png(8, PngWriter.Grey).Chunk("IDAT", []);
        foreach (var part in data.Chunk(bytes)) file.Chunk("IDAT", part);
        return file.Chunk("IDAT", []);
    }

    private static PngWriter Animation()
    {
        byte[] frame = [0, 0, 0, 0, 0, 0, 0, Width, 0, 0, 0, Height, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 10, 0, 0];
        return Png(8, PngWriter.Grey).Chunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0]).Chunk("fcTL", frame).Data(PngWriter.Rows(Eight(256), Width))
            .Chunk("fcTL", frame).Chunk("fdAT", [0, 0, 0, 2, 1, 2, 3]);
    }
}
