namespace MnistService.Model.Handwriting.Strokes;

/// <summary>Styles of 0, 1 and 2. Lengths are fractions of the height of the digit.</summary>
internal static class DigitStyles0To2
{
    /// <summary>
    /// Minimum angle, in degrees, between the flag of a 1 and the horizontal, after random slant and rotation. The flag slopes down to the left. The maximum
    /// for the bar of a 7 is smaller, so that the two digits remain distinguishable.
    /// </summary>
    private const double MinFlagFall = 29;

    public static DigitStyle[] Zero { get; } =
    [
        new(3, RoundZero, 3), new(2, NarrowZero, 3), new(2, ZeroFromAnywhere, 3), new(1, SlashedZero, 1.6), new(1, OpenZero, 3), new(1.5, CurledZero, 3),
        new(1, LumpyZero, 3), new(1, PointedZero, 3),
    ];

    public static DigitStyle[] One { get; } =
    [
        new(3, Stem, 3.5), new(3, FlagOne, 2.9), new(3.5, SteepFlagOne, 3), new(2.5, CurvedFlagOne, 2.9), new(2, FlagAndBase, 2.1),
        new(1, StemAndBase, 2.6), new(1, SerifOne, 3.5),
    ];

    public static DigitStyle[] Two { get; } =
    [
        new(3, RoundTwo, 2.6), new(2, CurvedBaseTwo, 2.6), new(3, LoopTwo, 2.2), new(2, AngularTwo, 2.6), new(2, SwanTwo, 2.6), new(1, SmoothTwo, 2.6),
    ];

    /// <summary>A 0 as an ellipse that starts near the top. The ends of the curve leave a small gap or overlap slightly.</summary>
    private static Pen RoundZero(Random r) => Ellipse(r, r.Between(0.22, 0.38), r.Between(-130, -50.0), r.Between(350, 385.0));

    private static Pen NarrowZero(Random r) => Ellipse(r, r.Between(0.16, 0.22), r.Between(-120, -60.0), r.Between(352, 385.0));

    private static Pen ZeroFromAnywhere(Random r) => Ellipse(r, r.Between(0.18, 0.36), r.Between(0, 360.0), r.Between(355, 380.0));

    /// <summary>A 0 with a slash from the upper right to the lower left. The slash may extend beyond the ellipse.</summary>
    private static Pen SlashedZero(Random r)
    {
        var (radius, reach, rise) = (r.Between(0.24, 0.38), r.Between(0.5, 1.15), r.Between(0.22, 0.42));
        return Ellipse(r, radius, r.Between(-130, -50.0), r.Between(352, 380.0))
            .MoveTo(0.3 + radius * reach, 0.5 - rise).LineTo(0.3 - radius * reach * r.Between(0.8, 1.1), 0.5 + rise * r.Between(0.8, 1.1));
    }

    /// <summary>A 0 as an ellipse with a gap of 15° to 35° near the top.</summary>
    private static Pen OpenZero(Random r) => Ellipse(r, r.Between(0.24, 0.38), r.Between(-115, -65.0), r.Between(325, 345.0));

    /// <summary>A 0 as an ellipse whose end curls inward near the top.</summary>
    private static Pen CurledZero(Random r) =>
        new Pen().Arc(0.3, 0.5, r.Between(0.22, 0.36), 0.5, r.Between(-85, -50.0), -r.Between(380, 410.0), growth: r.Between(-0.16, -0.04));

    /// <summary>A 0 as an irregular curve, similar to an ellipse. The ends of the curve almost meet.</summary>
    private static Pen LumpyZero(Random r)
    {
        var radius = r.Between(0.2, 0.36);
        var points = Enumerable.Range(0, 8).Select(i => Math.SinCos((i * 45 - 90 + r.Between(-8, 8.0)) * Math.PI / 180))
            .Select(at => (0.3 + radius * at.Cos * r.Between(0.9, 1.1), 0.5 + 0.5 * at.Sin * r.Between(0.93, 1.05))).ToArray();
        var (x, y) = points[0];
        return Pen.Start(x, y).Through([.. points[1..], (x + r.Between(-0.04, 0.04), y + r.Between(-0.03, 0.03))]);
    }

    /// <summary>A 0 that is pointed at the top, where the ends of the curve almost meet.</summary>
    private static Pen PointedZero(Random r)
    {
        var (half, top) = (r.Between(0.22, 0.33), 0.3 + r.Between(-0.05, 0.08));
        return Pen.Start(top, 0).Through((0.3 - half * r.Between(0.68, 0.8), r.Between(0.18, 0.26)), (0.3 - half, r.Between(0.5, 0.6)),
            (0.3 - half * 0.68, 0.87), (0.3, 1), (0.3 + half * 0.68, 0.87), (0.3 + half, r.Between(0.5, 0.6)),
            (0.3 + half * r.Between(0.68, 0.8), r.Between(0.18, 0.26)), (top + r.Between(-0.03, 0.03), r.Between(-0.02, 0.04)));
    }

    private static Pen Ellipse(Random r, double radius, double start, double sweep) => new Pen()
        .Arc(0.3, 0.5, radius, 0.5, start, r.Chance(0.7) ? -sweep : sweep, r.Between(-0.12, 0.12), r.Between(-0.05, 0.05));

    private static Pen Stem(Random r) => Pen.Start(0.3, 0).CurveTo(0.3 + r.Between(-0.06, 0.06), r.Between(0.3, 0.7), 0.3 + r.Between(-0.03, 0.03), 1);

    /// <summary>
    /// A 1 with a straight flag, which slopes down to the left by 34° to 60° from the horizontal. The flag is 0.12 to 0.45 times as wide as the digit is high.
    /// </summary>
    private static Pen FlagOne(Random r)
    {
        var width = r.Between(0.12, 0.45);
        return Flagged(r, width, Math.Min(0.5, width * r.Between(0.68, 1.7)), bend: 0);
    }

    /// <summary>A 1 with a long, straight flag, which slopes down to the left by 40° to 52° from the horizontal.</summary>
    private static Pen SteepFlagOne(Random r)
    {
        var width = r.Between(0.2, 0.45);
        return Flagged(r, width, Math.Min(0.5, width * r.Between(0.85, 1.3)), bend: 0);
    }

    private static Pen CurvedFlagOne(Random r)
    {
        var width = r.Between(0.15, 0.45);
        return Flagged(r, width, Math.Min(0.48, width * r.Between(0.75, 1.5)), bend: r.Between(-0.2, 0.25));
    }

    private static Pen FlagAndBase(Random r)
    {
        var width = r.Between(0.12, 0.36);
        return Base(r, Flagged(r, width, Math.Min(0.45, width * r.Between(0.7, 1.5)), bend: r.Chance(0.3) ? r.Between(-0.15, 0.2) : 0));
    }

    private static Pen StemAndBase(Random r) => Base(r, Stem(r));

    /// <summary>A 1 with a very short flag (a serif).</summary>
    private static Pen SerifOne(Random r) => Flagged(r, r.Between(0.04, 0.11), r.Between(0.04, 0.1), bend: 0);

    /// <summary>Draws a 1 with a flag (the slanted line at the top) and a stem. The digit has one stroke or, with a probability of 10 %, two strokes.</summary>
    /// <param name="width">Horizontal extent of the flag, as a fraction of the height of the digit.</param>
    /// <param name="fall">Vertical extent of the flag, as a fraction of the height of the digit.</param>
    /// <param name="bend">
    /// Curvature of the flag: 0 for a straight line, positive if the middle of the flag is bent downward. The control point of the Bézier curve is shifted by
    /// this fraction of <paramref name="width"/> and <paramref name="fall"/>.
    /// </param>
    private static Pen Flagged(Random r, double width, double fall, double bend)
    {
        var flag = Pen.Start(0.3 - width, fall).CurveTo(0.3 - width * (0.5 - bend), fall * (0.5 + bend), 0.3, 0);
        if (r.Chance(0.1)) flag.MoveTo(0.3 + r.Between(-0.01, 0.03), r.Between(-0.03, 0.02));
        return flag.CurveTo(0.3 + r.Between(-0.04, 0.04), r.Between(0.3, 0.7), 0.3 + r.Between(-0.04, 0.03), 1)
            .LimitFlag((0.3, 0), (0.3 - width, fall), MinFlagFall, 75, minLean: -7);
    }

    private static Pen Base(Random r, Pen stem)
    {
        var y = r.Between(0.96, 1.02);
        return stem.MoveTo(0.3 - r.Between(0.12, 0.32), y + r.Between(-0.02, 0.03)).LineTo(0.3 + r.Between(0.12, 0.32), y + r.Between(-0.03, 0.02));
    }

    /// <summary>A 2 with an upper arc, a curve to the lower left corner, and a straight base.</summary>
    private static Pen RoundTwo(Random r) => DownTo(r, ArcOfTwo(r), r.Between(0, 0.1)).LineTo(r.Between(0.48, 0.72), r.Between(0.94, 1.02));

    private static Pen CurvedBaseTwo(Random r)
    {
        var rise = r.Between(0.03, 0.12);
        return DownTo(r, ArcOfTwo(r), r.Between(0, 0.08)).Through((r.Between(0.14, 0.22), 0.97 - rise), (r.Between(0.36, 0.44), 0.98),
            (r.Between(0.56, 0.74), 1 - rise * r.Between(-0.2, 1)));
    }

    /// <summary>A 2 with a loop at the lower left.</summary>
    private static Pen LoopTwo(Random r)
    {
        var size = r.Between(0.07, 0.17);
        var (x, y) = (r.Between(0.02, 0.08), r.Between(0.94, 0.99));
        return ArcOfTwo(r).Through((0.34, r.Between(0.6, 0.68)), (x + size * 0.9, y - size * 0.2), (x + size * 0.3, y), (x - size * 0.25, y - size * 0.45),
            (x + size * 0.35, y - size), (x + size * 1.5, y - size * 0.45), (r.Between(0.5, 0.72), y + r.Between(-0.06, 0.05)));
    }

    /// <summary>A 2 like a Z, but with a hook at the upper left and a round corner at the upper right.</summary>
    private static Pen AngularTwo(Random r)
    {
        var right = r.Between(0.46, 0.58);
        return Pen.Start(r.Between(-0.02, 0.06), r.Between(0.12, 0.24)).CurveTo(r.Between(0.06, 0.14), r.Between(-0.01, 0.03), r.Between(0.26, 0.32), 0)
            .CurveTo(right + 0.06, r.Between(-0.01, 0.03), right - 0.02, r.Between(0.2, 0.28)).LineTo(r.Between(0, 0.08), r.Between(0.94, 1))
            .LineTo(r.Between(0.5, 0.7), r.Between(0.94, 1.02));
    }

    /// <summary>A 2 with an S-shaped curve from the top to the lower left corner, and a wavy base.</summary>
    private static Pen SwanTwo(Random r)
    {
        var (x, y) = (r.Between(-0.02, 0.05), r.Between(0.95, 1));
        return Pen.Start(r.Between(0, 0.08), r.Between(0.18, 0.3)).Through((r.Between(0.14, 0.28), 0), (r.Between(0.46, 0.54), r.Between(0.14, 0.24)),
            (r.Between(0.32, 0.42), r.Between(0.44, 0.54)), (r.Between(0.1, 0.18), r.Between(0.72, 0.8)), (x, y))
            .Through((r.Between(0.18, 0.26), y - r.Between(0.04, 0.12)), (r.Between(0.4, 0.46), y), (r.Between(0.6, 0.72), y - r.Between(0, 0.08)));
    }

    /// <summary>A 2 with a round corner at the lower left.</summary>
    private static Pen SmoothTwo(Random r) => ArcOfTwo(r)
        .Through((r.Between(0.3, 0.38), r.Between(0.54, 0.62)), (r.Between(0.08, 0.12), r.Between(0.84, 0.9)), (r.Between(0.1, 0.14), r.Between(0.98, 1.01)),
            (r.Between(0.34, 0.42), r.Between(0.96, 1)), (r.Between(0.56, 0.72), r.Between(0.93, 1.01)));

    /// <summary>Draws the upper arc of a 2, clockwise from the left end to the right side.</summary>
    private static Pen ArcOfTwo(Random r)
    {
        var (radiusX, radiusY, start) = (r.Between(0.2, 0.3), r.Between(0.18, 0.28), r.Between(165, 215.0));
        return new Pen().Arc(r.Between(0.26, 0.32), radiusY, radiusX, radiusY, start, r.Between(370, 395.0) - start);
    }

    /// <summary>Adds the curve from the upper arc of a 2 to the lower left corner.</summary>
    /// <param name="bow">The pen that has drawn the upper arc.</param>
    /// <param name="x">Horizontal position of the lower left corner, as a fraction of the height of the digit.</param>
    private static Pen DownTo(Random r, Pen bow, double x) => bow.CurveTo(r.Between(0.38, 0.46), r.Between(0.5, 0.62), x, r.Between(0.94, 1));
}
