namespace MnistService.Model.Handwriting.Strokes;

/// <summary>Styles of 6 and 7. Lengths are fractions of the height of the digit.</summary>
internal static class DigitStyles6And7
{
    /// <summary>
    /// Minimum angle, in degrees, between the bar of a 7 and the horizontal, after random slant and rotation. The angle is negative, because the left end of
    /// the bar may be higher than its right end.
    /// </summary>
    private const double MinBarFall = -14;

    /// <summary>
    /// Maximum angle, in degrees, between the horizontal and a bar of a 7 that slopes down to the left, after random slant and rotation. The minimum for the
    /// flag of a 1 is larger, so that the two digits remain distinguishable.
    /// </summary>
    private const double MaxBarFall = 17;

    /// <summary>Minimum angle, in degrees, between the stem of a 7 and the vertical, after random slant and rotation. The stem leans to the right.</summary>
    private const double MinStemLean = 6;

    public static DigitStyle[] Six { get; } =
    [
        new(3, CurvedSix, 2.4), new(2, StraightSix, 2.4), new(1.5, HookedSix, 2.4), new(2.5, FlatBellySix, 2.4), new(1.5, BellyFromStemSix, 2.4),
        new(2, NarrowSix, 2.4), new(1.5, SmallBellySix, 2.4), new(1, SpiralSix, 2.4),
    ];

    public static DigitStyle[] Seven { get; } =
    [
        new(3, PlainSeven, 2.9), new(2, SerifSeven, 1.9), new(2, CrossedSeven, 2.1), new(1.5, CurvedStemSeven, 2.9), new(3, ShortBarSeven, 2.3),
        new(2, DroopingSeven, 2.6), new(1, RisingSeven, 2.4), new(1.5, WavySeven, 2.3), new(1, RoundSeven, 2.9),
    ];

    /// <summary>A 6 with a curved stem that continues into an elliptic loop.</summary>
    private static Pen CurvedSix(Random r) => StemAndBelly(r, r.Between(0.36, 0.6), r.Between(0, 0.06), r.Between(0.21, 0.3), r.Between(0.21, 0.29));

    /// <summary>A 6 with a straight stem that leans to the right.</summary>
    private static Pen StraightSix(Random r)
    {
        var (radiusX, radiusY) = (r.Between(0.2, 0.28), r.Between(0.19, 0.27));
        return Pen.Start(r.Between(0.28, 0.5), 0).LineTo(0.03 + r.Between(0, 0.03), 1 - radiusY * r.Between(1.3, 1.6))
            .Arc(0.01 + radiusX, 1 - radiusY, radiusX, radiusY, 190, -r.Between(345, 385.0));
    }

    /// <summary>A 6 whose stem starts with a hook at the upper right.</summary>
    private static Pen HookedSix(Random r)
    {
        var (radiusX, radiusY, hook) = (r.Between(0.21, 0.29), r.Between(0.2, 0.27), r.Between(0.38, 0.46));
        return Pen.Start(hook + r.Between(0.08, 0.16), r.Between(0.06, 0.16)).CurveTo(hook + 0.06, 0, hook - 0.06, 0.01)
            .CurveTo(r.Between(0.02, 0.1), r.Between(0.1, 0.25), 0, 1 - radiusY).Arc(radiusX, 1 - radiusY, radiusX, radiusY, 180, -r.Between(345, 385.0));
    }

    /// <summary>A 6 whose loop ends in an almost straight line. The line reaches the stem or crosses it.</summary>
    private static Pen FlatBellySix(Random r)
    {
        var (right, shoulder) = (r.Between(0.44, 0.58), r.Between(0.48, 0.6));
        return Pen.Start(r.Between(0.3, 0.52), 0).CurveTo(r.Between(0.02, 0.12), r.Between(0.3, 0.4), 0, 0.74).CurveTo(0, 1, r.Between(0.22, 0.28), 1)
            .CurveTo(right, 1, right, r.Between(0.74, 0.8)).CurveTo(right, shoulder, right - 0.16, shoulder)
            .LineTo(r.Between(-0.05, 0.03), shoulder + r.Between(0.01, 0.16));
    }

    /// <summary>A 6 in two strokes: a stem down to the bottom, and a clockwise curve that starts and ends at the stem.</summary>
    private static Pen BellyFromStemSix(Random r)
    {
        var (right, top) = (r.Between(0.42, 0.56), r.Between(0.48, 0.58));
        return Pen.Start(r.Between(0.26, 0.46), 0).CurveTo(r.Between(0, 0.08), r.Between(0.4, 0.5), 0.03, r.Between(0.9, 0.95))
            .MoveTo(0.02, top + r.Between(0.1, 0.2)).Through((right * 0.55, top), (right, r.Between(0.7, 0.78)), (right * 0.55, 1), (0.03, r.Between(0.88, 0.95)));
    }

    /// <summary>A 6 with a narrow loop below a long stem.</summary>
    private static Pen NarrowSix(Random r) => StemAndBelly(r, r.Between(0.24, 0.4), r.Between(0, 0.04), r.Between(0.13, 0.19), r.Between(0.18, 0.25));

    private static Pen SmallBellySix(Random r) => StemAndBelly(r, r.Between(0.34, 0.56), r.Between(0, 0.06), r.Between(0.17, 0.24), r.Between(0.15, 0.2));

    /// <summary>A 6 as a spiral. The stroke ends inside the loop instead of at the stem.</summary>
    private static Pen SpiralSix(Random r)
    {
        var (radiusX, radiusY) = (r.Between(0.24, 0.32), r.Between(0.25, 0.3));
        return Pen.Start(r.Between(0.36, 0.54), 0).CurveTo(r.Between(0, 0.08), r.Between(0.25, 0.35), 0, 1 - radiusY)
            .Arc(radiusX, 1 - radiusY, radiusX, radiusY, 180, -r.Between(320, 370.0), growth: r.Between(-0.3, -0.12));
    }

    /// <summary>Draws a 6 in one stroke: a curved stem and an elliptic loop.</summary>
    /// <param name="top">Horizontal position of the top of the stem, measured from the left side of the loop, as a fraction of the height of the digit.</param>
    /// <param name="bow">
    /// Horizontal distance from the left side of the loop to the control point of the stem, as a fraction of the height of the digit; positive to the left.
    /// </param>
    private static Pen StemAndBelly(Random r, double top, double bow, double radiusX, double radiusY) => Pen.Start(top, 0)
        .CurveTo(-bow, r.Between(0.25, 0.45), 0, 1 - radiusY)
        .Arc(radiusX, 1 - radiusY, radiusX, radiusY, 180, -r.Between(345, 385.0), growth: r.Between(-0.08, 0.02));

    /// <summary>A 7 with an almost horizontal bar and a straight stem.</summary>
    private static Pen PlainSeven(Random r) => Straight(r, r.Between(0.4, 0.62), r.Between(-4, 6.0), r.Between(0.06, 0.34));

    /// <summary>A 7 with a serif: a short line that hangs down from the left end of the bar.</summary>
    private static Pen SerifSeven(Random r)
    {
        var (right, left) = (r.Between(0.44, 0.6), r.Between(0, 0.05));
        return Pen.Start(left + r.Between(-0.03, 0.02), r.Between(0.09, 0.2)).LineTo(left, r.Between(0, 0.04)).LineTo(right, r.Between(-0.02, 0.03))
            .LineTo(r.Between(0.08, 0.34), 1).LimitFlag((right, 0), (left, 0.02), MinBarFall, MaxBarFall, MinStemLean);
    }

    /// <summary>A 7 with a short crossbar in the middle of the stem.</summary>
    private static Pen CrossedSeven(Random r)
    {
        var (right, foot, y) = (r.Between(0.4, 0.6), r.Between(0.08, 0.32), r.Between(0.42, 0.6));
        var (center, half) = (right + (foot - right) * y, r.Between(0.11, 0.2));
        return Straight(r, right, r.Between(-4, 7.0), foot).MoveTo(center - half, y + r.Between(-0.02, 0.05)).LineTo(center + half, y + r.Between(-0.05, 0.02));
    }

    private static Pen CurvedStemSeven(Random r) => BarAndStem(r, r.Between(0.4, 0.6), r.Between(-4, 6.0),
        (r.Between(0.2, 0.3), r.Between(0.35, 0.5)), r.Between(0.12, 0.24));

    /// <summary>A 7 with a short bar, which is 0.26 to 0.37 times as wide as the digit is high.</summary>
    private static Pen ShortBarSeven(Random r)
    {
        var right = r.Between(0.26, 0.37);
        return BarAndStem(r, right, r.Between(-6, 7.0), (right + r.Between(-0.1, 0), r.Between(0.4, 0.6)), right - r.Between(0.06, 0.26));
    }

    /// <summary>A 7 whose bar slopes down to the left by 5° to 13° from the horizontal.</summary>
    private static Pen DroopingSeven(Random r)
    {
        var right = r.Between(0.34, 0.6);
        return Straight(r, right, r.Between(5, 13.0), right - r.Between(0.14, 0.36));
    }

    /// <summary>A 7 whose bar slopes up to the left by 4° to 11° from the horizontal.</summary>
    private static Pen RisingSeven(Random r)
    {
        var right = r.Between(0.36, 0.58);
        return Straight(r, right, r.Between(-11, -4.0), right - r.Between(0.1, 0.34));
    }

    /// <summary>A 7 with a wavy or slightly curved bar.</summary>
    private static Pen WavySeven(Random r)
    {
        var (right, bow) = (r.Between(0.42, 0.62), r.Between(0.02, 0.08));
        return Pen.Start(0, bow * r.Between(0.4, 1.2)).Through((right * 0.3, 0), (right * 0.65, bow * r.Between(0, 1)), (right, r.Between(-0.02, 0.02)))
            .CurveTo(right - r.Between(0.1, 0.25), r.Between(0.4, 0.5), r.Between(0.1, 0.26), 1).LimitFlag((right, 0), (0, bow), MinBarFall, MaxBarFall, MinStemLean);
    }

    /// <summary>A 7 with a round corner between the bar and the stem.</summary>
    private static Pen RoundSeven(Random r)
    {
        var right = r.Between(0.42, 0.58);
        return Pen.Start(0, r.Between(0, 0.05)).LineTo(right - 0.1, r.Between(-0.01, 0.02)).CurveTo(right + 0.02, 0, right - 0.04, r.Between(0.13, 0.2))
            .LineTo(r.Between(0.08, 0.26), 1).LimitFlag((right, 0), (0, 0.03), MinBarFall, MaxBarFall, MinStemLean);
    }

    private static Pen Straight(Random r, double right, double fall, double foot) => BarAndStem(r, right, fall, ((right + foot) / 2, 0.5), foot);

    /// <summary>Draws a 7 in one stroke: a bar and a stem.</summary>
    /// <param name="right">Horizontal extent of the bar, as a fraction of the height of the digit.</param>
    /// <param name="fall">
    /// Angle, in degrees, between the bar and the horizontal; positive if the left end of the bar is lower, negative if it is higher.
    /// </param>
    /// <param name="bend">Control point of the stem, which is a quadratic Bézier curve. Coordinates are fractions of the height of the digit.</param>
    /// <param name="foot">Horizontal position of the foot of the stem, measured from the left end of the bar, as a fraction of the height of the digit.</param>
    private static Pen BarAndStem(Random r, double right, double fall, (double X, double Y) bend, double foot)
    {
        var (left, bow) = (right * Math.Tan(fall * Math.PI / 180), r.Between(-0.02, 0.02));
        return Pen.Start(0, left).CurveTo(right / 2, left / 2 + bow, right, 0).CurveTo(bend.X, bend.Y, foot, 1)
            .LimitFlag((right, 0), (0, left), MinBarFall, MaxBarFall, MinStemLean);
    }
}
