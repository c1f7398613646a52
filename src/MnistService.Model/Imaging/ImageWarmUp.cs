using SkiaSharp;

namespace MnistService.Model.Imaging;

/// <summary>Reads generated images at startup, so that the first request does not wait until Skia is loaded and methods are compiled by the JIT.</summary>
public static class ImageWarmUp
{
    private static readonly Lazy<IReadOnlyList<byte[]>> Drawn = new(DrawAll);

    /// <summary>Encoded images of a 7: a 28×28 grayscale PNG, a 280×280 PNG that resembles a drawing, and a 480×480 JPEG that resembles a photo.</summary>
    public static IReadOnlyList<byte[]> Images => Drawn.Value;

    public static void Run()
    {
        using var bitmap = new SKBitmap(120, 120);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.White);
            using var ink = new SKPaint { Color = SKColors.DarkBlue, StrokeWidth = 8, IsAntialias = true };
            canvas.DrawLine(70, 20, 50, 100, ink);
            ink.Color = SKColors.SandyBrown; // a second ink color, so that the separation of colors is compiled, too
            canvas.DrawCircle(95, 30, 15, ink);
        }
        foreach (var format in new[] { SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg })
        {
            using var file = bitmap.Encode(format, 90);
            ImageReader.ReadMarks(file.AsSpan(), ImageOptions.Default with { SeparateTouching = true });
            ImageReader.ReadInterpretations(file.AsSpan(), ImageOptions.Default with { SeparateTouching = true });
        }
        foreach (var image in Images) ImageReader.ReadMarks(image, ImageOptions.Default);
    }

    private static List<byte[]> DrawAll() =>
    [
        Draw(28, SKColorType.Gray8, SKColors.Black, SKColors.White, SKEncodedImageFormat.Png),
        Draw(280, SKColorType.Rgba8888, SKColors.White, SKColors.Black, SKEncodedImageFormat.Png),
        Draw(480, SKColorType.Rgba8888, SKColors.Bisque, SKColors.DarkSlateGray, SKEncodedImageFormat.Jpeg),
    ];

    /// <summary>Draws a 7 on a square image and encodes the image.</summary>
    /// <param name="size">Side of the image in pixels.</param>
    private static byte[] Draw(int size, SKColorType type, SKColor paper, SKColor color, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(size, size, type, SKAlphaType.Opaque);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(paper);
            using var ink = new SKPaint { Color = color, StrokeWidth = size / 12f, IsAntialias = true };
            canvas.DrawLine(size * 0.32f, size * 0.2f, size * 0.7f, size * 0.2f, ink);
            canvas.DrawLine(size * 0.69f, size * 0.2f, size * 0.45f, size * 0.82f, ink);
        }
        using var file = bitmap.Encode(format, 90);
        return file.ToArray();
    }
}
