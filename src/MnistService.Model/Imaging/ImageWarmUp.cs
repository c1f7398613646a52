using SkiaSharp;

namespace MnistService.Model.Imaging;

/// <summary>Warm-up: decodes a generated PNG and JPEG, so that the first request does not wait for loading Skia and for JIT compilation.</summary>
public static class ImageWarmUp
{
    private static readonly Lazy<IReadOnlyList<byte[]>> Drawn = new(DrawAll);

    /// <summary>Encoded images for the warm-up: a 28×28 grayscale PNG, a drawing as PNG, and a photo as JPEG.</summary>
    public static IReadOnlyList<byte[]> Images => Drawn.Value;

    public static void Run()
    {
        using var bitmap = new SKBitmap(120, 120);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.White);
            using var ink = new SKPaint { Color = SKColors.DarkBlue, StrokeWidth = 8, IsAntialias = true };
            canvas.DrawLine(70, 20, 50, 100, ink);
            ink.Color = SKColors.SandyBrown; // a second color, for the interpretations
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

    /// <summary>Draws a digit 7.</summary>
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
