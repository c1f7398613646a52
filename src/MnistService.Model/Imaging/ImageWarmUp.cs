using SkiaSharp;

namespace MnistService.Model.Imaging;

/// <summary>Warm-up: decodes a generated PNG and JPEG, so that the first request does not wait for loading Skia and for JIT compilation.</summary>
public static class ImageWarmUp
{
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
    }
}
