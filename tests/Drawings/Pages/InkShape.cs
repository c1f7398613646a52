using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Pen strokes in pixels of the image.</summary>
/// <param name="Pen">Width of the pen in pixels.</param>
/// <param name="Digit">The digit; null for anything else.</param>
internal sealed record InkShape(IReadOnlyList<SKPoint[]> Strokes, float Pen, int? Digit = null)
{
    /// <summary>Bounding box of the ink: of the strokes and half a pen around them.</summary>
    public SKRect Bounds { get; } = SKRect.Inflate(BoundsOf(Strokes), Pen / 2, Pen / 2);

    public InkShape MovedBy(float x, float y) => new(Mapped(Strokes, p => new(p.X + x, p.Y + y)), Pen, Digit);

    /// <summary>Moves the center of the bounding box.</summary>
    public InkShape CenteredAt(float x, float y) => MovedBy(x - Bounds.MidX, y - Bounds.MidY);

    public InkShape Scaled(float factor) => new(Scaled(Strokes, factor), Pen * factor, Digit);

    /// <summary>Returns a smaller copy if the ink does not fit into this size.</summary>
    public InkShape Within(float width, float height)
    {
        var factor = MathF.Min(width / Bounds.Width, height / Bounds.Height);
        return factor < 1 ? Scaled(factor) : this;
    }

    public static IReadOnlyList<SKPoint[]> Scaled(IReadOnlyList<SKPoint[]> strokes, float factor) => Mapped(strokes, p => new(p.X * factor, p.Y * factor));

    /// <summary>Returns strokes whose points are mapped one by one.</summary>
    public static IReadOnlyList<SKPoint[]> Mapped(IReadOnlyList<SKPoint[]> strokes, Converter<SKPoint, SKPoint> map) => [.. strokes.Select(stroke => Array.ConvertAll(stroke, map))];

    public static SKRect BoundsOf(IReadOnlyList<SKPoint[]> strokes)
    {
        var box = new SKRect(float.MaxValue, float.MaxValue, float.MinValue, float.MinValue);
        foreach (var p in strokes.SelectMany(stroke => stroke))
            box = new(MathF.Min(box.Left, p.X), MathF.Min(box.Top, p.Y), MathF.Max(box.Right, p.X), MathF.Max(box.Bottom, p.Y));
        return box;
    }
}
