using SkiaSharp;

namespace MnistService.Drawings;

/// <summary>The drawn digit of <see cref="PngForms"/> in the variants of BMP, GIF and lossless WebP.</summary>
internal static class OtherForms
{
    private const int Width = PngForms.Width, Height = PngForms.Height;

    public static IEnumerable<ImageForm> All() => [.. Bmps(), .. Gifs(), .. Webps()];

    private static IEnumerable<ImageForm> Bmps()
    {
        var (levels, plain) = (PngForms.Eight(256), PngForms.Plain(256));
        byte[] Three(bool topDown) => BmpWriter.Rows(levels, Width, g => [g, g, g], topDown);
        yield return new("BMP of 24 bits", BmpWriter.Write(Width, Height, 24, [], Three(false)), plain);
        yield return new("BMP from top to bottom", BmpWriter.Write(Width, -Height, 24, [], Three(true)), plain);
        yield return new("BMP with a core header", BmpWriter.WriteCore(Width, Height, Three(false)), plain);
        yield return new("BMP of 32 bits, opaque", BmpWriter.Write(Width, Height, 32, [], BmpWriter.Rows(levels, Width, g => [g, g, g, 255])), plain);
        yield return new("BMP of 32 bits, fourth byte 0", BmpWriter.Write(Width, Height, 32, [], BmpWriter.Rows(levels, Width, g => [g, g, g, 0])), plain);
        yield return new("BMP with a palette", BmpWriter.Write(Width, Height, 8, BmpWriter.Palette(256), BmpWriter.Rows(levels, Width, g => [g])), plain);
        yield return new("BMP of run lengths", BmpWriter.Write(Width, Height, 8, BmpWriter.Palette(256), BmpWriter.RunLengths(levels, Width), compression: 1), plain);
        foreach (var bits in (ushort[])[1, 4])
        {
            yield return new($"BMP of {bits} bits",
                BmpWriter.Write(Width, Height, bits, BmpWriter.Palette(1 << bits), BmpWriter.PackedRows(PngForms.Samples(1 << bits), Width, bits)), PngForms.Plain(1 << bits));
        }
    }

    private static IEnumerable<ImageForm> Gifs()
    {
        var (levels, plain) = (PngForms.Eight(256), PngForms.Plain(256));
        GifWriter Gif(string version = "GIF89a", bool hasTable = true) => new(Width, Height, version, hasTable);
        yield return new("GIF87a", Gif("GIF87a").Image(0, 0, Width, levels).End(), plain);
        yield return new("GIF with a local table", Gif(hasTable: false).Image(0, 0, Width, levels, hasTable: true).End(), plain);
        yield return new("interlaced GIF", Gif().Image(0, 0, Width, levels, interlaced: true).End(), plain);
        yield return new("GIF with a long comment", Gif().Comment(100_000).Image(0, 0, Width, levels).End(), plain);
        yield return new("GIF with transparent paper", Gif().Transparent(255).Image(0, 0, Width, levels).End(), plain);
        yield return new("animated GIF", Gif().Delay().Image(0, 0, Width, levels).Delay().Image(0, 0, Width, new byte[levels.Length]).End(), plain);
        yield return new("GIF without a trailer", Gif().Image(0, 0, Width, levels).End()[..^1], plain);
    }

    private static IEnumerable<ImageForm> Webps()
    {
        var plain = PngForms.Plain(256);
        using var bitmap = SKBitmap.Decode(plain, new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var pixels = bitmap.PeekPixels();
        using var data = pixels!.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 50));
        var simple = data!.ToArray();
        yield return new("lossless WebP", simple, plain);
        yield return new("WebP with EXIF", WebpChunks.WithExif(simple, Width, Height, Exif.Of(1)), plain);
        yield return new("animated WebP", WebpChunks.Animation(simple, Width, Height, 3), plain);
        yield return new("WebP followed by other data", [.. simple, .. new byte[1000]], plain);
    }
}
