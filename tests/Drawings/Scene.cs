using SkiaSharp;

namespace MnistService.Drawings;

/// <summary>A picture as people make it: a sheet or a canvas with one digit on it.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Digit">The digit's height in pixels.</param>
/// <param name="PenWidth">Pixels.</param>
internal sealed record Scene(string Name, int Width, int Height, float Digit, float PenWidth)
{
    public SKColor Paper { get; init; } = SKColors.White;

    public SKColor Ink { get; init; } = SKColors.Black;

    public Pen Pen { get; init; } = Pens.Round;

    /// <summary>Where on the sheet: 0 = touching the left or top, 0.5 = the middle, 1 = touching the right or bottom; null: anywhere.</summary>
    public (float X, float Y)? Place { get; init; } = (0.5f, 0.5f);

    /// <summary>What lies under the ink: lines, squares.</summary>
    public Action<SKCanvas, Random>? Under { get; init; }

    /// <summary>What happens to the finished sheet: light, shadow, grain.</summary>
    public Action<SKBitmap, Random>? Light { get; init; }

    /// <summary>Null: PNG; else JPEG of this quality.</summary>
    public int? Jpeg { get; init; }

    /// <summary>The finished file.</summary>
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
