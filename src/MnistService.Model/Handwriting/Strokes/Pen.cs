using System.Numerics;

namespace MnistService.Model.Handwriting.Strokes;

/// <summary>
/// Builds pen strokes in the unit square: x points to the right, about 0 to 0.7; y points down, 0 to 1. Curves become points about <see cref="Step"/> apart.
/// Angles are in degrees: 0 points to the right, 90 down. A positive sweep is clockwise.
/// </summary>
internal sealed class Pen
{
    private const double Step = 0.025;

    private readonly List<List<Vector2>> _strokes = [];
    private (double X, double Y) _at;

    /// <summary>Limit on the directions of the lines of a 1 or a 7; <c>null</c>: no limit.</summary>
    public FlagLimit? Flag { get; private set; }

    public static Pen Start(double x, double y) => new Pen().MoveTo(x, y);

    /// <summary>Lifts the pen and begins a new stroke.</summary>
    public Pen MoveTo(double x, double y)
    {
        _strokes.Add([]);
        Add(x, y);
        return this;
    }

    public Pen LineTo(double x, double y)
    {
        var (from, count) = (_at, Count(x - _at.X, y - _at.Y));
        for (var i = 1; i <= count; i++) Add(Mix(from.X, x, (double)i / count), Mix(from.Y, y, (double)i / count));
        return this;
    }

    /// <summary>Adds a quadratic Bézier curve.</summary>
    public Pen CurveTo(double controlX, double controlY, double x, double y)
    {
        var (from, count) = (_at, Count(controlX - _at.X, controlY - _at.Y) + Count(x - controlX, y - controlY));
        for (var i = 1; i <= count; i++)
        {
            var t = (double)i / count;
            Add(Mix(Mix(from.X, controlX, t), Mix(controlX, x, t), t), Mix(Mix(from.Y, controlY, t), Mix(controlY, y, t), t));
        }
        return this;
    }

    /// <summary>Adds an elliptic arc, after a line to its first point if a stroke has begun.</summary>
    /// <param name="egg">Relative widening of the lower half, and narrowing of the upper half.</param>
    /// <param name="growth">Relative growth of the radii along the arc, which makes it a spiral.</param>
    public Pen Arc(double centerX, double centerY, double radiusX, double radiusY, double start, double sweep, double egg = 0, double growth = 0)
    {
        var count = Math.Max(4, (int)(Math.Abs(sweep) * Math.PI / 180 * Math.Max(radiusX, radiusY) / Step));
        for (var i = 0; i <= count; i++)
        {
            var t = (double)i / count;
            var (sine, cosine) = Math.SinCos((start + sweep * t) * Math.PI / 180);
            var scale = 1 + growth * t;
            var (x, y) = (centerX + radiusX * scale * (1 + egg * sine) * cosine, centerY + radiusY * scale * sine);
            if (i > 0) Add(x, y);
            else if (_strokes.Count == 0) MoveTo(x, y);
            else LineTo(x, y);
        }
        return this;
    }

    /// <summary>Adds a smooth curve (Catmull-Rom spline) through the points, from the current point.</summary>
    public Pen Through(params (double X, double Y)[] points)
    {
        (Vector2, bool)[] all = [(new((float)_at.X, (float)_at.Y), false), .. points.Select(point => (new Vector2((float)point.X, (float)point.Y), false))];
        foreach (var point in Glyph.Curve(all).Skip(1)) Add(point.X, point.Y);
        return this;
    }

    /// <summary>Limits the directions of the flag or bar and of the stem of a 1 or a 7. The current point is the foot of the stem.</summary>
    /// <param name="corner">Top of the stem.</param>
    /// <param name="end">Left end of the flag or bar.</param>
    public Pen LimitFlag((double X, double Y) corner, (double X, double Y) end, double minFall, double maxFall, double minLean)
    {
        Flag = new((end.X - corner.X, end.Y - corner.Y), (_at.X - corner.X, _at.Y - corner.Y), minFall, maxFall, minLean);
        return this;
    }

    /// <summary>Width of the bounding box.</summary>
    public double Width => _strokes.Max(stroke => stroke.Max(point => point.X)) - _strokes.Min(stroke => stroke.Min(point => point.X));

    public List<Vector2[]> ToStrokes() => _strokes.ConvertAll(stroke => stroke.ToArray());

    private void Add(double x, double y)
    {
        _strokes[^1].Add(new((float)x, (float)y));
        _at = (x, y);
    }

    private static int Count(double x, double y) => Math.Max(1, (int)(Math.Sqrt(x * x + y * y) / Step));

    private static double Mix(double from, double to, double t) => from + (to - from) * t;
}
