using System.Globalization;
using System.Numerics;

namespace MnistService.Model.Handwriting;

/// <summary>
/// A character or a simple drawing as pen strokes. A stroke is a smooth curve through a list of points. At a point that is marked as a corner, the curve may
/// change its direction abruptly. A digit or a capital letter is about 60 units wide and 100 units high; the y axis points down.
/// </summary>
internal sealed class Glyph
{
    /// <summary>Number of line segments that approximate the curve between two adjacent points of a stroke.</summary>
    private const int Steps = 6;

    private readonly (Vector2 Point, bool IsCorner)[][] _strokes;

    private Glyph((Vector2, bool)[][] strokes) => _strokes = strokes;

    /// <summary>
    /// Limits on the flag of a 1 or the bar of a 7: minimum and maximum angle to the horizontal, in degrees, and minimum length, as a fraction of the stem's
    /// length. The angle is positive if the left end is lower than the right end. <c>null</c> for a glyph without limits.
    /// </summary>
    public (double MinFall, double MaxFall, double MinLength)? Limit { get; private init; }

    /// <summary>
    /// <see cref="Limit"/> together with the position of the lines that it limits. The flag of a 1 or the bar of a 7 ends at the last corner of the first
    /// stroke; the stem runs from this corner to the end of the stroke. <c>null</c> if <see cref="Limit"/> is <c>null</c>, or if the first stroke has no corner
    /// after its first point.
    /// </summary>
    public FlagLimit? Flag
    {
        get
        {
            var corner = Array.FindLastIndex(_strokes[0], at => at.IsCorner);
            if (Limit is not { } limit || corner < 1) return null;
            var (end, foot) = (_strokes[0][corner - 1].Point - _strokes[0][corner].Point, _strokes[0][^1].Point - _strokes[0][corner].Point);
            return new((end.X, end.Y), (foot.X, foot.Y), limit.MinFall, limit.MaxFall, MinLean: -90, limit.MinLength);
        }
    }

    /// <summary>
    /// Parses the notation of a glyph, for example <c>12,20 30,0! 30,100|8,100 52,100</c>. <c>|</c> separates strokes, and a space separates the points of a
    /// stroke. A point is <c>x,y</c>; a corner is <c>x,y!</c>.
    /// </summary>
    public static Glyph Parse(string strokes, (double MinFall, double MaxFall, double MinLength)? limit = null) => new([.. strokes.Split('|').Select(stroke =>
        stroke.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParsePoint).ToArray())])
    { Limit = limit };

    /// <summary>Returns the glyph with a random, normally distributed offset added to each point.</summary>
    /// <param name="spread">Standard deviation of the offset, for x and for y, in units of the glyph (a digit is about 100 units high).</param>
    public Glyph Move(Random random, float spread) => new(Array.ConvertAll(_strokes, stroke =>
        Array.ConvertAll(stroke, at => (at.Point + spread * new Vector2(random.Normal(), random.Normal()), at.IsCorner))))
    { Limit = Limit };

    /// <summary>Returns the strokes as polylines that approximate the smooth curves.</summary>
    public List<Vector2[]> ToStrokes() => [.. _strokes.Select(Curve)];

    /// <summary>
    /// Returns a polyline that approximates a Catmull-Rom spline through the points of a stroke. A spline segment depends on its two end points and on the
    /// points before and after them. At a corner or at an end of the stroke, the nearer end point of the segment is used instead of the point beyond it.
    /// </summary>
    public static Vector2[] Curve((Vector2 Point, bool IsCorner)[] stroke)
    {
        var curve = new List<Vector2> { stroke[0].Point };
        for (var i = 1; i < stroke.Length; i++)
        {
            var (from, to) = (stroke[i - 1], stroke[i]);
            var before = i == 1 || from.IsCorner ? from.Point : stroke[i - 2].Point;
            var after = i == stroke.Length - 1 || to.IsCorner ? to.Point : stroke[i + 1].Point;
            for (var step = 1; step <= Steps; step++) curve.Add(CatmullRom(before, from.Point, to.Point, after, (float)step / Steps));
        }
        return [.. curve];
    }

    private static Vector2 CatmullRom(Vector2 a, Vector2 b, Vector2 c, Vector2 d, float t) =>
        0.5f * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * (t * t) + (3 * b - a - 3 * c + d) * (t * t * t));

    private static (Vector2, bool) ParsePoint(string point)
    {
        var isCorner = point.EndsWith('!');
        var numbers = point.TrimEnd('!').Split(',');
        return (new(float.Parse(numbers[0], CultureInfo.InvariantCulture), float.Parse(numbers[1], CultureInfo.InvariantCulture)), isCorner);
    }
}
