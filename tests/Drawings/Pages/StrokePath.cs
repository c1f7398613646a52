using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Builds pen strokes as points about <see cref="Handwriting.Step"/> units apart, in a space about 60 units wide and 100 high, y axis pointing down.</summary>
internal sealed class StrokePath
{
    private readonly List<List<SKPoint>> _strokes = [];

    public IReadOnlyList<SKPoint[]> Strokes => [.. _strokes.Select(stroke => stroke.ToArray())];

    private List<SKPoint> Stroke => _strokes[^1];

    /// <summary>Starts a new stroke.</summary>
    public StrokePath From(float x, float y)
    {
        _strokes.Add([new(x, y)]);
        return this;
    }

    public StrokePath Line(float x, float y) => Cubic(Stroke[^1], new(x, y), new(x, y));

    /// <summary>Quadratic curve from the current point.</summary>
    public StrokePath Curve(float controlX, float controlY, float x, float y)
    {
        var (from, control, to) = (Stroke[^1], new SKPoint(controlX, controlY), new SKPoint(x, y));
        return Cubic(Mix(from, control, 2 / 3f), Mix(to, control, 2 / 3f), to);
    }

    public StrokePath Cubic(SKPoint first, SKPoint second, SKPoint to)
    {
        var from = Stroke[^1];
        var count = Count((first - from).Length + (second - first).Length + (to - second).Length);
        for (var i = 1; i <= count; i++)
        {
            var (t, u) = (i / (float)count, 1 - i / (float)count);
            Stroke.Add(Scaled(from, u * u * u) + Scaled(first, 3 * t * u * u) + Scaled(second, 3 * t * t * u) + Scaled(to, t * t * t));
        }
        return this;
    }

    /// <summary>Arc of an ellipse. Angles are in degrees, 0 = right, 90 = bottom. A line connects the current point with the start of the arc.</summary>
    /// <param name="growth">Factor by which the radii grow along the arc.</param>
    public StrokePath Arc(float x, float y, float radiusX, float radiusY, float from, float to, float growth = 1)
    {
        var start = At(0, 1);
        if (_strokes.Count == 0) _strokes.Add([]);
        if (Stroke.Count == 0) Stroke.Add(start);
        else Line(start.X, start.Y);
        var count = Count(MathF.Abs(to - from) / 57.3f * (radiusX + radiusY) / 2);
        for (var i = 1; i <= count; i++) Stroke.Add(At(i, count));
        return this;

        SKPoint At(int i, int count)
        {
            var (along, angle) = (i / (float)count, (from + (to - from) * i / count) * MathF.PI / 180);
            var factor = 1 + (growth - 1) * along;
            return new(x + radiusX * factor * MathF.Cos(angle), y + radiusY * factor * MathF.Sin(angle));
        }
    }

    private static int Count(float length) => Math.Max(1, (int)MathF.Ceiling(length / Handwriting.Step));

    private static SKPoint Scaled(SKPoint p, float factor) => new(p.X * factor, p.Y * factor);

    private static SKPoint Mix(SKPoint from, SKPoint to, float part) => Scaled(from, 1 - part) + Scaled(to, part);
}
