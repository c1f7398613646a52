using System.Numerics;

namespace MnistService.Model.Handwriting.Strokes;

/// <summary>
/// Builds the pen strokes of a digit as lists of points. The unit is the height of the digit: x runs to the right, from 0 to about 0.7; y runs down, from 0 to
/// 1. Angles are in degrees: 0 points to the right, and 90 points down. A positive sweep is clockwise.
/// </summary>
internal sealed class Pen
{
    /// <summary>Approximate distance between adjacent points of lines, arcs and Bézier curves, as a fraction of the height of the digit.</summary>
    private const double Step = 0.025;

    private readonly List<List<Vector2>> _strokes = [];
    private (double X, double Y) _at;

    /// <summary>
    /// Limits on the flag of a 1 or the bar of a 7, and on the stem, so that the two digits remain distinguishable. <c>null</c> for a digit without limits.
    /// </summary>
    public FlagLimit? Flag { get; private set; }

    public static Pen Start(double x, double y) => new Pen().MoveTo(x, y);

    /// <summary>Lifts the pen and starts a new stroke.</summary>
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

    /// <summary>Adds a quadratic Bézier curve from the current point.</summary>
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

    /// <summary>
    /// Adds an elliptic arc. If a stroke exists, a straight line connects the end of the stroke to the start of the arc. Otherwise, the arc starts a new
    /// stroke.
    /// </summary>
    /// <param name="start">Angle at which the arc starts, in degrees: 0 is the right side of the ellipse, and 90 is the bottom.</param>
    /// <param name="sweep">Length of the arc, as an angle in degrees: positive for a clockwise arc, negative for a counterclockwise arc.</param>
    /// <param name="egg">
    /// Makes the ellipse egg-shaped: the bottom becomes wider and the top narrower by this fraction. The reverse for a negative value; 0 for a symmetric
    /// ellipse.
    /// </param>
    /// <param name="growth">
    /// Relative change of the radii from the start to the end of the arc, for example -0.1 for 10 % smaller. Values other than 0 turn the arc into a spiral.
    /// </param>
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

    /// <summary>Adds a smooth curve (Catmull-Rom spline) from the current point through <paramref name="points"/>.</summary>
    public Pen Through(params (double X, double Y)[] points)
    {
        (Vector2, bool)[] all = [(new((float)_at.X, (float)_at.Y), false), .. points.Select(point => (new Vector2((float)point.X, (float)point.Y), false))];
        foreach (var point in Glyph.Curve(all).Skip(1)) Add(point.X, point.Y);
        return this;
    }

    /// <summary>Sets <see cref="Flag"/> for a 1 or a 7. The current point of the pen must be the lower end of the stem.</summary>
    /// <param name="corner">Position of the upper end of the stem.</param>
    /// <param name="end">Position of the left end of the flag of the 1 or of the bar of the 7.</param>
    /// <param name="minFall">Minimum angle of the flag or bar to the horizontal, in degrees; positive if its left end is lower.</param>
    /// <param name="maxFall">Maximum angle of the flag or bar to the horizontal, in degrees; positive if its left end is lower.</param>
    /// <param name="minLean">Minimum angle of the stem to the vertical, in degrees; positive if the stem leans to the right.</param>
    public Pen LimitFlag((double X, double Y) corner, (double X, double Y) end, double minFall, double maxFall, double minLean)
    {
        Flag = new((end.X - corner.X, end.Y - corner.Y), (_at.X - corner.X, _at.Y - corner.Y), minFall, maxFall, minLean);
        return this;
    }

    /// <summary>Width of the bounding box of all strokes, as a fraction of the height of the digit.</summary>
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
