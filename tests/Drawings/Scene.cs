using SkiaSharp;

namespace MnistService.Drawings;

/// <summary>A kind of image that people send: a sheet or canvas with one digit.</summary>
/// <param name="Name">Short description of the kind of image.</param>
/// <param name="Width">Width of the image in pixels.</param>
/// <param name="Height">Height of the image in pixels.</param>
/// <param name="Digit">Height of the digit in pixels.</param>
/// <param name="PenWidth">Width of the pen in pixels.</param>
internal sealed record Scene(string Name, int Width, int Height, float Digit, float PenWidth)
{
    public SKColor Paper { get; init; } = SKColors.White;

    public SKColor Ink { get; init; } = SKColors.Black;

    public Pen Pen { get; init; } = Pens.Round;

    /// <summary>Position of the digit: 0 = touching the left or top edge, 0.5 = centered, 1 = touching the right or bottom edge; null = random.</summary>
    public (float X, float Y)? Place { get; init; } = (0.5f, 0.5f);

    /// <summary>Draws the background under the ink, such as ruled lines or squares.</summary>
    public Action<SKCanvas, Random>? Under { get; init; }

    /// <summary>Effect on the finished image, such as light, shadow or grain.</summary>
    public Action<SKBitmap, Random>? Light { get; init; }

    /// <summary>JPEG quality; null for PNG.</summary>
    public int? Jpeg { get; init; }

    /// <summary>Returns the encoded image file.</summary>
    public byte[] Draw(int digit, Random random)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(Paper);
            Under?.Invoke(canvas, random);
            Pen(canvas, Lay(Handwriting.Write(digit, random), random), PenWidth, Ink);
        }
        Light?.Invoke(bitmap, random);
        using var data = Jpeg is { } quality ? bitmap.Encode(SKEncodedImageFormat.Jpeg, quality) : bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private List<SKPoint[]> Lay(IReadOnlyList<SKPoint[]> strokes, Random random)
    {
        var points = strokes.SelectMany(stroke => stroke).ToList();
        var (left, top) = (points.Min(p => p.X), points.Min(p => p.Y));
        var (width, height) = (points.Max(p => p.X) - left, points.Max(p => p.Y) - top);
        var scale = Digit / height;
        var margin = PenWidth / 2 + 1;
        var (x, y) = Place ?? (random.NextSingle(), random.NextSingle());
        var offsetX = margin + x * (Width - 2 * margin - width * scale);
        var offsetY = margin + y * (Height - 2 * margin - Digit);
        return [.. strokes.Select(stroke => Array.ConvertAll(stroke, p => new SKPoint(offsetX + (p.X - left) * scale, offsetY + (p.Y - top) * scale)))];
    }
}
