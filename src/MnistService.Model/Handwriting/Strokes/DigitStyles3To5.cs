namespace MnistService.Model.Handwriting.Strokes;

/// <summary>
/// Styles of 3, 4 and 5. Lengths are fractions of the height of the digit. The waist of a 3 is the point where the upper and the lower arc meet.
/// </summary>
internal static class DigitStyles3To5
{
    public static DigitStyle[] Three { get; } =
    [
        new(4, RoundThree, 2.2), new(2, FlatTopThree, 2), new(2, LoopThree, 1.8), new(1.5, BarThree, 2), new(1.5, SplineThree, 2),
    ];

    public static DigitStyle[] Four { get; } =
    [
        new(3, OpenFour, 2.2), new(2.5, ClosedFour, 2.2), new(2, ClosedFourInOneStroke, 2.2), new(1.5, OpenFourInOneStroke, 2.2), new(2, CupFour, 2.2),
        new(1, TallClosedFour, 2), new(1.5, ShortStemFour, 1.9),
    ];

    public static DigitStyle[] Five { get; } =
    [
        new(3, FiveInOneStroke, 2.3), new(3, FiveWithBar, 2.3), new(1.5, SmoothFive, 2.1), new(1.5, LightningFive, 2.3), new(1.5, LongBarFive, 2.3),
        new(1, SplineFive, 2.3),
    ];

    /// <summary>A 3 of two arcs that meet in a sharp corner.</summary>
    private static Pen RoundThree(Random r)
    {
        var (waistX, waistY) = (r.Between(0.18, 0.3), r.Between(0.38, 0.54));
        return LowerBow(r, UpperBow(r, waistX, waistY), waistX, waistY);
    }

    /// <summary>A 3 with a straight top, a diagonal to the middle, and a lower arc.</summary>
    private static Pen FlatTopThree(Random r)
    {
        var (waistX, waistY) = (r.Between(0.12, 0.24), r.Between(0.36, 0.45));
        var top = Pen.Start(r.Between(-0.02, 0.1), r.Between(0, 0.06)).LineTo(r.Between(0.46, 0.62), r.Between(-0.02, 0.04)).LineTo(waistX, waistY);
        return LowerBow(r, top, waistX, waistY);
    }

    /// <summary>A 3 with a small loop between the upper and the lower arc.</summary>
    private static Pen LoopThree(Random r)
    {
        var (x, y, size) = (r.Between(0.12, 0.22), r.Between(0.4, 0.5), r.Between(0.05, 0.1));
        return Pen.Start(r.Between(0, 0.08), r.Between(0.08, 0.18)).Through((r.Between(0.22, 0.3), 0), (r.Between(0.44, 0.54), r.Between(0.14, 0.22)),
            (x + 0.16, y - size * 0.1), (x, y + size * 0.5), (x - size * 0.4, y - size * 0.3), (x + size * 0.6, y - size * 0.6),
            (x + 0.2, y + size * 0.5), (r.Between(0.5, 0.6), r.Between(0.7, 0.78)), (r.Between(0.24, 0.34), 1),
            (r.Between(-0.04, 0.06), r.Between(0.84, 0.93)));
    }

    /// <summary>A 3 with a short horizontal bar between the upper and the lower arc. The pen draws the bar to the left and back.</summary>
    private static Pen BarThree(Random r)
    {
        var (waistX, waistY) = (r.Between(0.06, 0.16), r.Between(0.42, 0.5));
        var top = UpperBow(r, 0.3, waistY - 0.01).LineTo(waistX, waistY + r.Between(-0.02, 0.02)).LineTo(0.28, waistY + r.Between(0, 0.02));
        return LowerBow(r, top, 0.28, waistY + 0.01);
    }

    /// <summary>A 3 of two splines that meet in the middle.</summary>
    private static Pen SplineThree(Random r)
    {
        var waist = r.Between(0.4, 0.5);
        return Pen.Start(r.Between(-0.02, 0.08), r.Between(0.04, 0.14))
            .Through((r.Between(0.2, 0.3), r.Between(-0.01, 0.02)), (r.Between(0.42, 0.54), r.Between(0.16, 0.22)), (r.Between(0.24, 0.3), waist))
            .Through((r.Between(0.46, 0.54), waist + r.Between(0.1, 0.16)), (r.Between(0.48, 0.6), r.Between(0.74, 0.82)), (r.Between(0.2, 0.32), 1),
            (r.Between(-0.06, 0.04), r.Between(0.86, 0.96)));
    }

    private static Pen UpperBow(Random r, double waistX, double waistY)
    {
        var (radius, start, end) = (r.Between(0.2, 0.3), r.Between(195, 232.0), r.Between(415, 440.0));
        return new Pen().Arc(r.Between(0.24, 0.3), waistY / 2, radius, waistY / 2, start, end - start).CurveTo(waistX + 0.08, waistY, waistX, waistY);
    }

    private static Pen LowerBow(Random r, Pen top, double waistX, double waistY)
    {
        var (center, radiusX, radiusY, start) = (r.Between(0.24, 0.3), r.Between(0.23, 0.34), (1 - waistY) / 2, r.Between(-70, -50.0));
        return top.CurveTo(waistX + 0.08, waistY, center + radiusX * 0.5, waistY + radiusY * 0.14)
            .Arc(center, waistY + radiusY, radiusX, radiusY, start, r.Between(132, 172.0) - start);
    }

    /// <summary>A 4 with an open top: a left stroke that continues into the horizontal bar, and a separate stem.</summary>
    private static Pen OpenFour(Random r)
    {
        var (bar, stem) = (r.Between(0.5, 0.66), r.Between(0.38, 0.54));
        return LeftAndBar(r, bar, stem).MoveTo(stem + r.Between(-0.03, 0.1), r.Between(-0.02, 0.2)).LineTo(stem - r.Between(0, 0.08), 1);
    }

    /// <summary>A 4 with an open top and a short stem. The stem starts above the bar by only 0.12 to 0.28 times the height of the digit.</summary>
    private static Pen ShortStemFour(Random r)
    {
        var (bar, stem) = (r.Between(0.48, 0.58), r.Between(0.3, 0.46));
        return LeftAndBar(r, bar, stem).MoveTo(stem + r.Between(0, 0.06), bar - r.Between(0.12, 0.28)).LineTo(stem - r.Between(0, 0.08), 1);
    }

    /// <summary>A 4 with a closed top: a diagonal that continues into the horizontal bar, and a separate stem that starts at the top.</summary>
    private static Pen ClosedFour(Random r)
    {
        var (top, bar) = (r.Between(0.4, 0.5), r.Between(0.58, 0.72));
        return Pen.Start(top + r.Between(-0.04, 0.02), r.Between(0, 0.05)).LineTo(r.Between(-0.02, 0.06), bar + r.Between(-0.02, 0.02))
            .LineTo(r.Between(0.56, 0.7), bar + r.Between(-0.04, 0.03))
            .MoveTo(top, 0).LineTo(top + r.Between(-0.06, 0.03), 1);
    }

    /// <summary>A 4 in one stroke: the bar from right to left, a curve up to the top, and the stem down.</summary>
    private static Pen ClosedFourInOneStroke(Random r)
    {
        var (top, bar) = (r.Between(0.38, 0.5), r.Between(0.58, 0.72));
        return Pen.Start(r.Between(0.56, 0.7), bar + r.Between(-0.05, 0.03)).LineTo(r.Between(-0.02, 0.06), bar)
            .CurveTo(0.18 + r.Between(-0.02, 0.06), bar * 0.6, top, 0)
            .LineTo(top + r.Between(-0.06, 0.03), 1);
    }

    /// <summary>A 4 with an open top in one stroke: down, to the right, up to the upper right, and down again.</summary>
    private static Pen OpenFourInOneStroke(Random r)
    {
        var (bar, right) = (r.Between(0.48, 0.62), r.Between(0.44, 0.56));
        return Pen.Start(r.Between(0.02, 0.16), r.Between(0, 0.08)).LineTo(r.Between(-0.02, 0.06), bar)
            .LineTo(right - 0.02, bar + r.Between(-0.04, 0.02)).LineTo(right + r.Between(-0.02, 0.05), r.Between(0, 0.1))
            .LineTo(right - r.Between(0.02, 0.1), 1);
    }

    /// <summary>A 4 that looks like a y: a cup, and a stem at the right side of the cup.</summary>
    private static Pen CupFour(Random r)
    {
        var (bottom, right) = (r.Between(0.46, 0.58), r.Between(0.46, 0.58));
        return Pen.Start(r.Between(-0.02, 0.08), r.Between(0, 0.06)).CurveTo(r.Between(-0.04, 0.06), bottom, r.Between(0.2, 0.26), bottom)
            .CurveTo(right - 0.12, bottom, right, bottom - r.Between(0.02, 0.14))
            .MoveTo(right + r.Between(-0.02, 0.05), r.Between(-0.02, 0.08)).LineTo(right - r.Between(0.02, 0.12), 1);
    }

    /// <summary>A 4 with a small triangle above a long stem.</summary>
    private static Pen TallClosedFour(Random r)
    {
        var (top, bar) = (r.Between(0.36, 0.44), r.Between(0.52, 0.62));
        return Pen.Start(top, 0).LineTo(r.Between(0, 0.06), bar).LineTo(r.Between(0.5, 0.62), bar + r.Between(-0.03, 0.02))
            .MoveTo(top, r.Between(-0.02, 0.02)).LineTo(top + r.Between(-0.04, 0.02), 1);
    }

    private static Pen LeftAndBar(Random r, double bar, double stem) => Pen.Start(r.Between(0.06, 0.24), r.Between(0, 0.08))
        .CurveTo(r.Between(0.02, 0.12), bar * 0.6, r.Between(-0.03, 0.05), bar).LineTo(stem + r.Between(0.08, 0.22), bar + r.Between(-0.06, 0.03));

    /// <summary>A 5 in one stroke: the bar at the top, the stem and the round lower part, with corners between them.</summary>
    private static Pen FiveInOneStroke(Random r)
    {
        var left = r.Between(0.08, 0.16);
        return Belly(r, Pen.Start(r.Between(0.44, 0.62), r.Between(-0.03, 0.05)).LineTo(left, r.Between(0, 0.05)), left - r.Between(0, 0.07), r.Between(0.38, 0.48));
    }

    /// <summary>A 5 in two strokes: first the stem with the round lower part, then the bar at the top. The bar may leave a gap to the stem.</summary>
    private static Pen FiveWithBar(Random r)
    {
        var left = r.Between(0.08, 0.16);
        return Belly(r, Pen.Start(left, 0), left - r.Between(0, 0.07), r.Between(0.36, 0.48))
            .MoveTo(left + r.Between(-0.02, 0.06), r.Between(-0.03, 0.05)).LineTo(r.Between(0.44, 0.64), r.Between(-0.08, 0.06));
    }

    /// <summary>A 5 like an S with a straight top.</summary>
    private static Pen SmoothFive(Random r) => Pen.Start(r.Between(0.48, 0.6), r.Between(-0.02, 0.05)).LineTo(r.Between(0.24, 0.32), r.Between(0, 0.04))
        .CurveTo(r.Between(0.08, 0.14), 0.02, r.Between(0.1, 0.14), r.Between(0.22, 0.28))
        .CurveTo(r.Between(0.08, 0.12), r.Between(0.4, 0.44), r.Between(0.26, 0.32), r.Between(0.42, 0.48))
        .Through((r.Between(0.48, 0.58), r.Between(0.68, 0.76)), (r.Between(0.22, 0.32), 1), (r.Between(-0.06, 0.04), r.Between(0.88, 0.98)));

    /// <summary>A 5 as a zigzag of three straight lines and a final curve.</summary>
    private static Pen LightningFive(Random r) => Pen.Start(r.Between(0.48, 0.62), r.Between(-0.03, 0.05))
        .LineTo(r.Between(0.1, 0.16), r.Between(0, 0.05)).LineTo(r.Between(0.03, 0.1), r.Between(0.4, 0.48))
        .LineTo(r.Between(0.42, 0.52), r.Between(0.42, 0.52)).CurveTo(r.Between(0.48, 0.62), r.Between(0.7, 0.82), r.Between(-0.02, 0.1), r.Between(0.94, 1));

    /// <summary>A 5 with a long bar at the top, which is 0.46 to 0.7 times as wide as the digit is high.</summary>
    private static Pen LongBarFive(Random r)
    {
        var left = r.Between(0.1, 0.18);
        return Belly(r, Pen.Start(r.Between(0.64, 0.8), r.Between(-0.1, 0.08))
            .LineTo(left, r.Between(0, 0.04)), left - r.Between(0.01, 0.08), r.Between(0.38, 0.48));
    }

    /// <summary>A 5 whose lower part has a flat top and a narrow bend near the bottom.</summary>
    private static Pen SplineFive(Random r)
    {
        var left = r.Between(0.06, 0.14);
        return Pen.Start(r.Between(0.46, 0.6), r.Between(0, 0.05)).LineTo(left + 0.02, r.Between(0, 0.04)).LineTo(left, r.Between(0.4, 0.46))
            .Through((r.Between(0.24, 0.32), r.Between(0.36, 0.42)), (r.Between(0.48, 0.58), r.Between(0.56, 0.68)),
            (r.Between(0.36, 0.44), r.Between(0.9, 0.97)), (r.Between(-0.04, 0.1), r.Between(0.95, 1.02)));
    }

    /// <summary>
    /// Adds the stem of a 5, down to the corner at (<paramref name="x"/>, <paramref name="y"/>). Then adds the round lower part, which ends at the lower left.
    /// </summary>
    private static Pen Belly(Random r, Pen top, double x, double y)
    {
        var (radiusX, radiusY) = (r.Between(0.22, 0.32), (1 - y + r.Between(0, 0.08)) / 2);
        var (centerX, start) = (x + radiusX * r.Between(0.75, 1), r.Between(225, 262.0));
        return top.LineTo(x, y).Arc(centerX, 1 - radiusY, radiusX, radiusY, start, r.Between(488, 522.0) - start);
    }
}
