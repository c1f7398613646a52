namespace MnistService.Model.Handwriting.Strokes;

/// <summary>
/// Styles of 8 and 9. Lengths are fractions of the height of the digit. The head of a 9 is its loop; the tail is the line from the loop to the bottom.
/// </summary>
internal static class DigitStyles8And9
{
    public static DigitStyle[] Eight { get; } =
    [
        new(4, EightInOneStroke, 2.3), new(2, TwoCircles, 2.3), new(1.5, NarrowEight, 2.3), new(2, UnequalEight, 2.3), new(1.5, OpenEight, 2.3),
        new(1.5, CrossedEight, 2.3),
    ];

    public static DigitStyle[] Nine { get; } =
    [
        new(3, StraightNine, 2.4), new(2, HookedNine, 2.4), new(2, SlantedNine, 2.4), new(2, FlatHeadNine, 2.4), new(1.5, OpenNine, 2.4),
        new(1.5, CurledNine, 1.9), new(1, NarrowNine, 2.4), new(1, HeadFromBelowNine, 2.4),
    ];

    /// <summary>An 8 in one stroke, which starts at a random point of the curve, runs in a random direction and ends near its start.</summary>
    private static Pen EightInOneStroke(Random r) => FigureEight(r, r.Between(0.17, 0.27), r.Between(0.2, 0.31), r.Between(0.42, 0.52));

    private static Pen NarrowEight(Random r) => FigureEight(r, r.Between(0.13, 0.17), r.Between(0.14, 0.19), r.Between(0.43, 0.51));

    /// <summary>An 8 with loops of clearly different sizes.</summary>
    private static Pen UnequalEight(Random r) => r.Chance(0.75) ? FigureEight(r, r.Between(0.15, 0.2), r.Between(0.26, 0.34), r.Between(0.37, 0.43))
        : FigureEight(r, r.Between(0.24, 0.32), r.Between(0.18, 0.24), r.Between(0.52, 0.58));

    /// <summary>An 8 of two separate ellipses that touch or overlap slightly.</summary>
    private static Pen TwoCircles(Random r)
    {
        var (waist, overlap, shift) = (r.Between(0.4, 0.54), r.Between(0, 0.04), r.Between(-0.04, 0.04));
        var (upper, lower) = ((waist + overlap) / 2, (1 - waist) / 2);
        return Circle(r, Circle(r, new Pen(), 0.3, upper, r.Between(0.17, 0.27), upper), 0.3 + shift, 1 - lower, r.Between(0.2, 0.3), lower);
    }

    /// <summary>An 8 in one stroke that starts and ends at the upper right. The two ends of the stroke leave a gap or cross.</summary>
    private static Pen OpenEight(Random r)
    {
        var waist = r.Between(0.42, 0.52);
        return Pen.Start(r.Between(0.46, 0.54), r.Between(0.06, 0.14))
            .Through((r.Between(0.26, 0.34), 0), (r.Between(0.08, 0.14), r.Between(0.17, 0.24)), (0.3, waist), (r.Between(0.5, 0.57), r.Between(0.7, 0.78)),
            (r.Between(0.26, 0.34), 1), (r.Between(0.03, 0.1), r.Between(0.74, 0.82)), (r.Between(0.27, 0.33), waist), (r.Between(0.44, 0.5), r.Between(0.22, 0.28)),
            (r.Between(0.48, 0.54), r.Between(0.08, 0.16)));
    }

    /// <summary>An 8 of an upper arc and a lower arc. Two straight lines, which cross in the middle, connect the arcs.</summary>
    private static Pen CrossedEight(Random r)
    {
        var (upper, lower, sign) = (r.Between(0.18, 0.26), r.Between(0.2, 0.3), r.Chance(0.5) ? 1 : -1);
        var (top, bottom) = (r.Between(0.14, 0.18), r.Between(0.14, 0.19));
        return Pen.Start(0.3 + sign * upper, top).Through((0.3, 0), (0.3 - sign * upper, top)).LineTo(0.3 + sign * lower, 1 - bottom)
            .Through((0.3, 1), (0.3 - sign * lower, 1 - bottom))
            .LineTo(0.3 + sign * (upper + r.Between(-0.03, 0.05)), top + r.Between(-0.04, 0.03));
    }

    /// <param name="upper">Horizontal radius of the upper loop, as a fraction of the height of the digit.</param>
    /// <param name="lower">Horizontal radius of the lower loop, as a fraction of the height of the digit.</param>
    /// <param name="waist">Vertical position of the crossing between the loops, measured from the top, as a fraction of the height of the digit.</param>
    private static Pen FigureEight(Random r, double upper, double lower, double waist)
    {
        (double X, double Y)[] loop =
        [
            (0.3, 0), (0.3 - upper, waist * r.Between(0.42, 0.55)), (0.3, waist), (0.3 + lower, r.Between(0.7, 0.78)),
            (0.3, 1), (0.3 - lower, r.Between(0.7, 0.78)), (0.3, waist), (0.3 + upper, waist * r.Between(0.42, 0.55)),
        ];
        var start = r.Chance(0.4) ? 7 : r.Chance(0.4) ? 0 : r.Next(8);
        var step = r.Chance(0.7) ? 1 : 7;
        (double X, double Y)[] path = [.. Enumerable.Range(0, 9).Select(i => loop[(start + i * step) % 8])
            .Select(at => (at.X + r.Between(-0.02, 0.02), at.Y + r.Between(-0.015, 0.015)))];
        return Pen.Start(path[0].X, path[0].Y).Through(path[1..]);
    }

    private static Pen Circle(Random r, Pen pen, double x, double y, double radiusX, double radiusY)
    {
        var (start, sweep) = (r.Between(0, 360.0), r.Between(355, 380.0) * (r.Chance(0.7) ? -1 : 1));
        var (sine, cosine) = Math.SinCos(start * Math.PI / 180);
        return pen.MoveTo(x + radiusX * cosine, y + radiusY * sine).Arc(x, y, radiusX, radiusY, start, sweep, growth: r.Between(-0.05, 0.03));
    }

    /// <summary>A 9 with a round loop and a straight tail.</summary>
    private static Pen StraightNine(Random r)
    {
        var right = r.Between(0.42, 0.56);
        return Head(r, right, r.Between(0.19, 0.28)).LineTo(right + r.Between(-0.08, 0.03), 1);
    }

    /// <summary>A 9 whose tail bends to the left at the bottom.</summary>
    private static Pen HookedNine(Random r)
    {
        var right = r.Between(0.44, 0.56);
        return Head(r, right, r.Between(0.19, 0.27))
            .CurveTo(right + r.Between(-0.02, 0.04), r.Between(0.6, 0.72), right - r.Between(0.06, 0.14), r.Between(0.84, 0.9))
            .CurveTo(right - 0.2, 1.02, r.Between(0.04, 0.18), r.Between(0.92, 1));
    }

    private static Pen SlantedNine(Random r)
    {
        var right = r.Between(0.44, 0.56);
        return Head(r, right, r.Between(0.2, 0.28)).CurveTo(right - r.Between(0, 0.1), r.Between(0.55, 0.7), right - r.Between(0.16, 0.36), 1);
    }

    /// <summary>A 9 whose loop has a straight lower side.</summary>
    private static Pen FlatHeadNine(Random r)
    {
        var (right, bottom) = (r.Between(0.44, 0.56), r.Between(0.4, 0.5));
        return Pen.Start(right + r.Between(-0.02, 0.07), bottom - r.Between(0.02, 0.14)).LineTo(0.2, bottom)
            .CurveTo(r.Between(0.02, 0.05), bottom, r.Between(0.01, 0.05), bottom * 0.55)
            .CurveTo(0.04, 0, right * 0.6, 0).CurveTo(right, 0, right, r.Between(0.24, 0.3)).CurveTo(right, 0.6, right - r.Between(0.02, 0.3), 1);
    }

    /// <summary>A 9 whose loop has a gap at the upper right.</summary>
    private static Pen OpenNine(Random r)
    {
        var (right, radiusY, start) = (r.Between(0.46, 0.56), r.Between(0.21, 0.28), r.Between(-62, -40.0));
        return new Pen().Arc(right * 0.48, radiusY, right * 0.48, radiusY, start, -r.Between(385, 400.0) - start).LineTo(right, r.Between(0.1, 0.18))
            .CurveTo(right + r.Between(-0.02, 0.04), 0.6, right - r.Between(0.02, 0.2), 1);
    }

    /// <summary>A 9 whose tail ends in an upward curl, as in a g.</summary>
    private static Pen CurledNine(Random r)
    {
        var (right, curl) = (r.Between(0.44, 0.54), r.Between(0.16, 0.23));
        return Head(r, right, r.Between(0.18, 0.24)).LineTo(right + r.Between(-0.04, 0.01), 0.76)
            .Arc(right - 0.01 - curl, 0.82, curl, 0.18, 0, r.Between(100, 145.0));
    }

    private static Pen NarrowNine(Random r)
    {
        var right = r.Between(0.26, 0.36);
        return Head(r, right, r.Between(0.18, 0.24)).LineTo(right + r.Between(-0.1, 0.02), 1);
    }

    /// <summary>A 9 whose loop is drawn clockwise, starting at its lower right.</summary>
    private static Pen HeadFromBelowNine(Random r)
    {
        var (right, radiusY, start) = (r.Between(0.44, 0.54), r.Between(0.2, 0.26), r.Between(10, 45.0));
        return new Pen().Arc(right / 2, radiusY, right / 2, radiusY, start, 360 - start)
            .CurveTo(right + r.Between(-0.01, 0.02), 0.65, right - r.Between(0, 0.24), 1);
    }

    /// <summary>Draws the loop of a 9 counterclockwise, from the upper right to the right side.</summary>
    /// <param name="right">Horizontal position of the right side of the loop, as a fraction of the height of the digit.</param>
    private static Pen Head(Random r, double right, double radiusY)
    {
        var radiusX = right / 2;
        return new Pen().Arc(radiusX, radiusY, radiusX, radiusY, r.Between(-35, 5.0), -r.Between(345, 372.0), growth: r.Between(-0.04, 0.02));
    }
}
