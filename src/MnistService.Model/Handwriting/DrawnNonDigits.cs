using System.Numerics;

namespace MnistService.Model.Handwriting;

/// <summary>
/// Draws random non-digits as pen strokes: letters, signs, scribbles, shapes, rows of letters, crossed-out digits, and several digits beside or above each
/// other.
/// </summary>
internal static class DrawnNonDigits
{
    /// <summary>Kinds of non-digits: the relative frequency of each kind, and the method that draws its strokes.</summary>
    private static readonly (double Weight, Func<Random, List<Vector2[]>> Draw)[] Kinds =
    [
        (0.28, r => Handwriter.Write(r.Pick(GlyphShapes.Letters), r)), // one letter
        (0.17, r => Handwriter.Write(r.Pick(GlyphShapes.Signs), r)), // one sign
        (0.06, r => Row(r, r.Next(2, 8), () => GlyphShapes.Letters, 0.05f, 0.4f)), // 2 to 7 letters beside each other
        (0.10, r => Row(r, r.Next(2, 4), () => r.Pick(GlyphShapes.Digits), -0.05f, 0.35f)), // 2 or 3 digits beside each other
        (0.02, Column),
        (0.03, CrossedOut),
        (0.05, Lines),
        (0.04, Arcs),
        (0.04, Closed),
        (0.05, Pointed),
        (0.01, Bar),
        (0.03, Bow),
        (0.04, Polygon),
        (0.07, Ring),
        (0.03, Angle),
        (0.02, Zigzag),
        (0.04, Dot),
    ];

    private static readonly double TotalWeight = Kinds.Sum(kind => kind.Weight);

    /// <summary>Draws a non-digit of a random kind.</summary>
    /// <returns>
    /// Points of each stroke; the y axis points down. Position and size are arbitrary, because <see cref="StrokeFrame"/> scales and centers the strokes.
    /// </returns>
    public static List<Vector2[]> Draw(Random random)
    {
        var at = random.NextDouble() * TotalWeight;
        foreach (var (weight, draw) in Kinds)
            if ((at -= weight) < 0) return draw(random);
        return Kinds[0].Draw(random);
    }

    /// <summary>Writes <paramref name="count"/> random glyphs in a row, from left to right. Each glyph gets a small random vertical offset.</summary>
    /// <param name="glyphs">Called once per glyph. Returns the list from which this glyph is picked at random.</param>
    /// <param name="near">
    /// Minimum gap between two glyphs, as a fraction of the height of a capital letter (100 units). Negative if the glyphs may overlap.
    /// </param>
    /// <param name="far">Maximum gap between two glyphs, as a fraction of the height of a capital letter (100 units).</param>
    private static List<Vector2[]> Row(Random random, int count, Func<IReadOnlyList<Glyph>> glyphs, float near, float far)
    {
        var (row, x) = (new List<Vector2[]>(), 0f);
        for (; count > 0; count--)
        {
            var strokes = Handwriter.Write(random.Pick(glyphs()), random);
            var left = strokes.Min(stroke => stroke.Min(point => point.X));
            var move = new Vector2(x - left, random.Between(-8, 8));
            row.AddRange(strokes.Select(stroke => Array.ConvertAll(stroke, point => point + move)));
            x = row.Max(stroke => stroke.Max(point => point.X)) + 100 * random.Between(near, far);
        }
        return row;
    }

    private static List<Vector2[]> Column(Random random)
    {
        var (upper, lower) = (Handwriter.Write(random.Pick(random.Pick(GlyphShapes.Digits)), random), Handwriter.Write(random.Pick(random.Pick(GlyphShapes.Digits)), random));
        return [.. upper, .. lower.Select(stroke => Array.ConvertAll(stroke, point => point + new Vector2(random.Between(-10, 10), random.Between(104, 130))))];
    }

    private static List<Vector2[]> CrossedOut(Random random)
    {
        var strokes = Handwriter.Write(random.Pick(random.Pick(GlyphShapes.Digits)), random);
        strokes.Add([new(random.Between(-20, 0), random.Between(60, 100)), new(random.Between(60, 80), random.Between(0, 40))]);
        strokes.Add([new(random.Between(-20, 0), random.Between(0, 40)), new(random.Between(60, 80), random.Between(60, 100))]);
        if (random.Chance(0.5)) strokes.Add([new(-20, random.Between(30, 70)), new(80, random.Between(30, 70))]);
        return strokes;
    }

    private static Vector2 Point(Random random) => new(random.Between(0, 80), random.Between(0, 100));

    private static List<Vector2[]> Lines(Random random)
    {
        var lines = new List<Vector2[]>();
        for (var count = random.Next(4, 9); count > 0; count--) lines.Add([Point(random), Point(random)]);
        return lines;
    }

    private static List<Vector2[]> Arcs(Random random)
    {
        var arcs = new List<Vector2[]>();
        for (var count = random.Next(4, 8); count > 0; count--)
            arcs.Add(Arc(Point(random), new(random.Between(6, 40), random.Between(6, 40)), MathF.Tau * random.NextSingle(), random.Between(1.5f, 7)));
        return arcs;
    }

    /// <summary>
    /// Draws a closed curve with one to seven bulges and round or sharp notches between them. Some curves with three or more bulges run around the center twice
    /// and may cross themselves.
    /// </summary>
    private static List<Vector2[]> Closed(Random random)
    {
        var (bulges, phase) = (random.Next(1, 8), MathF.Tau * random.NextSingle());
        var depth = random.Between(bulges < 3 ? 0.5f : 0.3f, 0.75f); // with only one or two shallow notches, the curve would look like a 0
        var turns = bulges > 2 && random.Chance(0.3) ? 2 : 1;
        var isSharp = bulges < 3 || random.Chance(0.4);
        var stretch = Stretch(random);
        return [[.. Enumerable.Range(0, 97).Select(i =>
        {
            var angle = MathF.Tau * turns * i / 96;
            var wave = bulges * angle / turns + phase;
            var radius = 50 * (1 - depth * (isSharp ? 1 - MathF.Abs(MathF.Sin(wave / 2)) : 0.5f + 0.5f * MathF.Sin(wave)));
            return stretch * new Vector2(radius * MathF.Cos(angle), radius * MathF.Sin(angle));
        })]];
    }

    /// <summary>
    /// Draws a closed curve through four to seven points around a center. One to three of the points are sharp corners that point outward or inward, for
    /// example the tip of a leaf or a notch. The curve is smooth at the other points.
    /// </summary>
    private static List<Vector2[]> Pointed(Random random)
    {
        var (points, sharp, phase, stretch) = (random.Next(4, 8), random.Next(1, 4), MathF.Tau * random.NextSingle(), Stretch(random));
        var corners = Enumerable.Range(0, points).Select((_, i) =>
        {
            var angle = phase + MathF.Tau * (i + random.Between(-0.2f, 0.2f)) / points;
            var isSharp = i * sharp % points < sharp; // selects exactly "sharp" points, evenly spread
            var radius = 50 * (isSharp ? random.Chance(0.5) ? random.Between(0.25f, 0.65f) : random.Between(1.1f, 1.5f) : random.Between(0.8f, 1));
            return (radius * stretch * new Vector2(MathF.Cos(angle), MathF.Sin(angle)), isSharp);
        }).ToList();
        corners.Add(corners[0]); // closes the curve
        return [Glyph.Curve([.. corners])];
    }

    /// <summary>Draws a flat arc or a line, and up to two short strokes above or near it. Examples are a dash, and a mouth with eyes.</summary>
    private static List<Vector2[]> Bow(Random random)
    {
        var (bow, tilt) = (random.Between(-40, 40), random.Between(-20, 20));
        List<Vector2[]> strokes = [[.. Enumerable.Range(0, 17).Select(i => new Vector2(100f * i / 16, tilt * i / 16 + bow * MathF.Sin(MathF.PI * i / 16)))]];
        for (var marks = random.Next(3); marks > 0; marks--)
        {
            var from = new Vector2(random.Between(0, 100), random.Between(-90, -10));
            strokes.Add([from, from + new Vector2(random.Between(-8, 8), random.Between(0, 30))]);
        }
        return strokes;
    }

    /// <summary>Draws a horizontal bar, filled by a dense zigzag line.</summary>
    private static List<Vector2[]> Bar(Random random)
    {
        var thickness = random.Between(2, 30);
        return [[.. Enumerable.Range(0, 60).Select(i => new Vector2(i % 2 * 100 + random.Between(-4, 4), thickness * i / 60))]];
    }

    private static List<Vector2[]> Polygon(Random random)
    {
        var (corners, phase, stretch) = (random.Next(3, 8), MathF.Tau * random.NextSingle(), Stretch(random));
        Vector2[] closed = [.. Enumerable.Range(0, corners + 1).Select(i =>
        {
            var angle = phase + MathF.Tau * (i % corners + random.Between(-0.15f, 0.15f)) / corners;
            return 50 * stretch * new Vector2(MathF.Cos(angle), MathF.Sin(angle));
        })];
        closed[corners] = closed[0] + random.Between(0, 6) * Vector2.UnitX;
        return [closed];
    }

    /// <summary>Draws a circle, an ellipse or a rectangle with one to five short lines or arcs inside, for example a face or a clock.</summary>
    private static List<Vector2[]> Ring(Random random)
    {
        var radius = 50 * Stretch(random);
        var start = MathF.Tau * random.NextSingle();
        List<Vector2[]> drawing = [random.Chance(0.8) ? Arc(Vector2.Zero, radius, start, random.Between(6.1f, 6.6f))
            : [-radius, new(radius.X, -radius.Y), radius, new(-radius.X, radius.Y), -radius]];
        for (var marks = random.Next(1, 6); marks > 0; marks--)
        {
            var center = radius * new Vector2(random.Between(-0.5f, 0.5f), random.Between(-0.5f, 0.5f));
            var size = radius * new Vector2(random.Between(0.05f, 0.4f), random.Between(0.05f, 0.4f));
            drawing.Add(random.Chance(0.4) ? [center - size, center + size] : Arc(center, size, MathF.Tau * random.NextSingle(), random.Between(1.5f, 6.5f)));
        }
        return drawing;
    }

    /// <summary>
    /// Draws two slightly bent lines that meet at the bottom, as in a check mark. Two lines that meet at the top could be read as a 1 or a 7, so they are not
    /// drawn.
    /// </summary>
    private static List<Vector2[]> Angle(Random random)
    {
        var corner = new Vector2(random.Between(15, 45), random.Between(70, 100));
        return [Wave([new(random.Between(-10, 8), random.Between(0, 60)), corner, new(random.Between(60, 110), random.Between(0, 50))], random)];
    }

    private static List<Vector2[]> Zigzag(Random random)
    {
        var turns = random.Next(5, 16);
        return [[.. Enumerable.Range(0, turns).Select(i => new Vector2(100f * i / turns + random.Between(-6, 6), i % 2 == 0 ? random.Between(0, 30) : random.Between(60, 100)))]];
    }

    /// <summary>Draws a filled, slightly rotated spot. Its width is 0.5 to 1.25 times its height, because a narrower spot could be read as a 1.</summary>
    private static List<Vector2[]> Dot(Random random)
    {
        var size = 30 * new Vector2(random.Between(0.5f, 1.25f), 1);
        var turned = Matrix3x2.CreateRotation(random.Between(-0.6f, 0.6f));
        var bumps = random.Between(0, 0.25f);
        return [[.. Enumerable.Range(0, 240).Select(i => size * MathF.Sqrt(i / 240f) * (1 + bumps * MathF.Sin(i * 0.9f)) * new Vector2(MathF.Cos(i * 2.4f), MathF.Sin(i * 2.4f)))
            .Select(point => Vector2.Transform(point, turned))]];
    }

    private static Vector2[] Arc(Vector2 center, Vector2 radius, float start, float sweep) =>
        [.. Enumerable.Range(0, 25).Select(i => center + radius * new Vector2(MathF.Cos(start + sweep * i / 24), MathF.Sin(start + sweep * i / 24)))];

    /// <summary>
    /// Replaces each straight line between two adjacent points by an arc. The arc deviates from the line by at most 15 % of the length of the line.
    /// </summary>
    private static Vector2[] Wave(Vector2[] points, Random random)
    {
        var bent = new List<Vector2> { points[0] };
        for (var i = 1; i < points.Length; i++)
        {
            var (from, to) = (points[i - 1], points[i]);
            var bow = random.Between(-0.15f, 0.15f) * new Vector2(from.Y - to.Y, to.X - from.X);
            for (var step = 1; step <= 8; step++) bent.Add(Vector2.Lerp(from, to, step / 8f) + bow * MathF.Sin(MathF.PI * step / 8));
        }
        return [.. bent];
    }

    /// <summary>Returns random scale factors for the width and the height, each from 0.8 to 1.28. The ratio of the two factors is at most 1.6.</summary>
    private static Vector2 Stretch(Random random) => new(random.Between(0.8f, 1.28f), random.Between(0.8f, 1.28f));
}
