using SkiaSharp;

namespace MnistService.Drawings;

/// <summary>Draws pen strokes that are already in the picture's pixels.</summary>
/// <param name="width">The pen's width in pixels.</param>
internal delegate void Pen(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink);

internal static class Pens
{
    /// <summary>A ballpoint or a marker: round, of one width.</summary>
    public static void Round(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink) => Line(canvas, strokes, width, ink, smooth: true);

    /// <summary>A paint program's pencil: every pixel is ink or paper.</summary>
    public static void Jagged(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink) => Line(canvas, strokes, width, ink, smooth: false);

    /// <summary>A fountain pen: wide where the stroke goes down, thin where it goes across.</summary>
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

    /// <summary>A dry pen: the line breaks off for a moment here and there.</summary>
    public static void Broken(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink)
    {
        using var paint = new SKPaint { Color = ink, IsAntialias = true };
        foreach (var stroke in strokes)
            for (var i = 1; i < stroke.Length; i++)
                if (i % 14 > 1) Dots(canvas, stroke[i - 1], stroke[i], width / 2, paint);
    }

    /// <summary>A soft brush, or a line out of focus.</summary>
    public static void Soft(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink)
    {
        using var blur = SKImageFilter.CreateBlur(width / 2, width / 2);
        using var layer = new SKPaint { ImageFilter = blur };
        canvas.SaveLayer(layer);
        Round(canvas, strokes, width, ink);
        canvas.Restore();
    }

    /// <summary>Someone who went over the digit three times.</summary>
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
