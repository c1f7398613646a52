using System.Globalization;
using System.Numerics;

namespace MnistService.Model.Handwriting;

/// <summary>
/// A character as pen strokes. A stroke is a list of points about 60 units wide and 100 high, y axis pointing down. A smooth curve goes through the points;
/// at a corner the curve begins anew.
/// </summary>
internal sealed class Glyph
{
    /// <summary>Points of the curve between two given points.</summary>
    private const int Steps = 6;

    private readonly (Vector2 Point, bool IsCorner)[][] _strokes;

    private Glyph((Vector2, bool)[][] strokes) => _strokes = strokes;

    /// <summary>
    /// Range of degrees by which the line before the last corner of the first stroke may fall to the left, and its smallest length, relative to the line after it;
    /// <c>null</c>: no limit.
    /// </summary>
    public (double MinFall, double MaxFall, double MinLength)? Limit { get; private init; }

    /// <summary>Limit on the directions of the lines of a 1 or a 7; <c>null</c>: no limit.</summary>
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

    /// <summary>Parses strokes that are separated by <c>|</c>. A point is <c>x,y</c>; a corner is <c>x,y!</c>.</summary>
    public static Glyph Parse(string strokes, (double MinFall, double MaxFall, double MinLength)? limit = null) => new([.. strokes.Split('|').Select(stroke =>
        stroke.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParsePoint).ToArray())]) { Limit = limit };

    /// <summary>Moves each point at random.</summary>
    /// <param name="spread">Standard deviation of the move in units.</param>
    public Glyph Move(Random random, float spread) => new(Array.ConvertAll(_strokes, stroke =>
        Array.ConvertAll(stroke, at => (at.Point + spread * new Vector2(random.Normal(), random.Normal()), at.IsCorner)))) { Limit = Limit };

    /// <summary>Returns the strokes as points of smooth curves.</summary>
    public List<Vector2[]> ToStrokes() => [.. _strokes.Select(Curve)];

    /// <summary>Catmull-Rom spline through the points; at a corner and at both ends the end point is repeated.</summary>
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
