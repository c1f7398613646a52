using SkiaSharp;

namespace MnistService.Drawings;

/// <summary>Draws pen strokes that are already in pixel coordinates of the image.</summary>
/// <param name="width">The pen's width in pixels.</param>
internal delegate void Pen(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink);

internal static class Pens
{
    /// <summary>Ballpoint or marker: round tip, constant width.</summary>
    public static void Round(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink) => Line(canvas, strokes, width, ink, smooth: true);

    /// <summary>Pencil of a paint program, without antialiasing: every pixel is either ink or paper.</summary>
    public static void Jagged(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink) => Line(canvas, strokes, width, ink, smooth: false);

    /// <summary>Fountain pen: wide in vertical strokes, thin in horizontal ones.</summary>
    public static void Fountain(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink)
    {
        using var paint = new SKPaint { Color = ink, IsAntialias = true };
        foreach (var stroke in strokes)
        {
            for (var i = 1; i < stroke.Length; i++)
            {
                var along = stroke[i] - stroke[i - 1];
                var downwards = MathF.Abs(along.Y) / MathF.Max(1e-3f, along.Length);
                Dots(canvas, stroke[i - 1], stroke[i], width * (0.25f + 0.3f * downwards), paint);
            }
        }
    }

    /// <summary>Dry pen: the line has short gaps.</summary>
    public static void Broken(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink)
    {
        using var paint = new SKPaint { Color = ink, IsAntialias = true };
        foreach (var stroke in strokes)
            for (var i = 1; i < stroke.Length; i++)
                if (i % 14 > 1) Dots(canvas, stroke[i - 1], stroke[i], width / 2, paint);
    }

    /// <summary>Soft brush, or a line out of focus.</summary>
    public static void Soft(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink)
    {
        using var blur = SKImageFilter.CreateBlur(width / 2, width / 2);
        using var layer = new SKPaint { ImageFilter = blur };
        canvas.SaveLayer(layer);
        Round(canvas, strokes, width, ink);
        canvas.Restore();
    }

    /// <summary>Digit that was traced three times.</summary>
    public static void Retraced(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink)
    {
        for (var i = -1; i <= 1; i++)
        {
            canvas.Save();
            canvas.Translate(i * width * 0.8f, i * width * 0.5f);
            Round(canvas, strokes, width, ink);
            canvas.Restore();
        }
    }

    private static void Line(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink, bool smooth)
    {
        using var paint = new SKPaint
        {
            Color = ink,
            IsAntialias = smooth,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = width,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
        };
        foreach (var stroke in strokes)
            for (var i = 1; i < stroke.Length; i++) canvas.DrawLine(stroke[i - 1], stroke[i], paint);
    }

    private static void Dots(SKCanvas canvas, SKPoint from, SKPoint to, float radius, SKPaint paint)
    {
        var steps = (int)MathF.Ceiling((to - from).Length / MathF.Max(0.5f, radius / 3));
        for (var i = 0; i <= steps; i++)
            canvas.DrawCircle(from.X + (to.X - from.X) * i / steps, from.Y + (to.Y - from.Y) * i / steps, radius, paint);
    }
}
