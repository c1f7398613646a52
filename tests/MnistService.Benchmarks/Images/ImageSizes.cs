using MnistService.Drawings;
using SkiaSharp;

namespace MnistService.Benchmarks.Images;

/// <summary>An image of one drawn digit that the image benchmark measures.</summary>
/// <param name="Name">Size and format, for example "640×480 JPEG".</param>
/// <param name="Digit">The digit that the image shows.</param>
/// <param name="Bytes">The encoded file.</param>
internal sealed record SizedImage(string Name, int Digit, byte[] Bytes)
{
    /// <summary>Target for the service's time as a fraction of OpenCV's time.</summary>
    internal double Target { get; init; } = 1;
}

/// <summary>
/// Draws the measured images: drawings as PNG, and photos of paper with uneven light and grain as JPEG of quality 90 with 4:2:0 chroma subsampling. Each run draws the
/// same images.
/// </summary>
internal static class ImageSizes
{
    private const int JpegQuality = 90;

    private static readonly SKColor Blue = new(30, 60, 170), Paper = new(215, 211, 202), Pencil = new(45, 44, 52);

    internal static IReadOnlyList<SizedImage> DrawAll() =>
    [
        Png("280×280 RGBA PNG", 7, new("drawing pad", 280, 280, 200, 20), SKAlphaType.Unpremul),
        Png("400×400 RGB PNG", 3, new("colored pen", 400, 400, 240, 16) { Ink = Blue }, SKAlphaType.Opaque),
        Png("800×800 RGBA PNG", 5, new("large drawing pad", 800, 800, 500, 30), SKAlphaType.Unpremul),
        Png("1000×800 RGB PNG", 2, new("ballpoint on a page", 1000, 800, 260, 6) { Ink = Blue }, SKAlphaType.Opaque),
        Photo("640×480 JPEG", 4, 640, 480),
        Photo("1920×1080 JPEG", 9, 1920, 1080),
        Photo("4000×3000 JPEG", 6, 4000, 3000) with { Target = 0.7 },
    ];

    private static SizedImage Png(string name, int digit, Scene scene, SKAlphaType alpha)
    {
        using var drawn = Draw(scene, digit);
        using var bitmap = new SKBitmap(drawn.Info.WithAlphaType(alpha)); // Skia writes RGB for an opaque bitmap and RGBA for other ones
        drawn.GetPixelSpan().CopyTo(bitmap.GetPixelSpan());
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return new(name, digit, data.ToArray());
    }

    /// <summary>Draws a photo of a digit that is half as high as the paper, with a lamp on one side and dark corners.</summary>
    private static SizedImage Photo(string name, int digit, int width, int height)
    {
        // A camera's noise reduction smooths the grain: it is drawn in a smaller photo, which is then enlarged.
        var shrink = height > 1000 ? 2 : 1;
        var (small, tall) = (width / shrink, height / shrink);
        var scene = new Scene(name, small, tall, 0.5f * tall, tall / 40f)
        {
            Paper = Paper,
            Ink = Pencil,
            Light = Light.Slope(0.55).Then(Light.Vignette(0.75)).Then(Light.Grain(4)),
        };
        using var drawn = Draw(scene, digit);
        using var photo = drawn.Resize(drawn.Info.WithSize(width, height), new SKSamplingOptions(SKCubicResampler.Mitchell))
            ?? throw new InvalidOperationException($"The image '{name}' could not be enlarged.");
        using var pixels = photo.PeekPixels();
        using var data = pixels!.Encode(new SKJpegEncoderOptions(JpegQuality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore))!;
        return new(name, digit, data.ToArray());
    }

    private static SKBitmap Draw(Scene scene, int digit) => SKBitmap.Decode(scene.Draw(digit, new Random(digit)))
        ?? throw new InvalidOperationException($"The image '{scene.Name}' could not be drawn.");
}
