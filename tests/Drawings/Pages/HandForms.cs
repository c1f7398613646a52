using static MnistService.Drawings.Handwriting;

namespace MnistService.Drawings.Pages;

/// <summary>
/// Shapes of handwritten digits with random proportions, about 60 units wide and 100 high. Shapes that people read differently without context are missing:
/// a flag of a 1 that is flatter than 37° (a 7), a 2 of straight lines (a Z), a 4 that is closed by a curve (a 9), a 9 without a stem (a g or q).
/// </summary>
internal static class HandForms
{
    internal delegate StrokePath Form(Random random);

    /// <summary>Shapes that stay legible with every pen, and those that need a pen of at most <see cref="ThinPen"/> heights.</summary>
    private static readonly (Form[] Any, Form[] Thin)[] Digits =
    [
        ([Zero], [SlashedZero]),
        ([Stem, FlaggedOne, FlaggedOne], [OneWithFlagAndBase, OneWithBase]),
        ([Two, AngularTwo], [LoopedTwo]),
        ([Three, FlatThree], [BarredThree]),
        ([OpenFour], [OneStrokeFour, ClosedFour, CurvedFour]),
        ([Five, AngularFive], [FiveWithSeparateBar]),
        ([Six, StraightSix], [HookedSix]),
        ([Seven, CurvedSeven], [CrossedSeven, SevenWithSerif]),
        ([Eight], [CrossingEight]),
        ([Nine, SlantedNine], [HookedNine]),
    ];

    /// <summary>Widest pen in heights for shapes with small details.</summary>
    public const float ThinPen = 0.11f;

    /// <summary>Returns the shapes of a digit that stay legible with a pen of this width in heights.</summary>
    public static IReadOnlyList<Form> Of(int digit, float pen) => pen > ThinPen ? Digits[digit].Any : [.. Digits[digit].Any, .. Digits[digit].Thin];

    /// <summary>A 5 whose bar is apart.</summary>
    /// <param name="above">Gap to a bar above the stem.</param>
    /// <param name="beside">Gap to a bar beside the top of the stem.</param>
    public static StrokePath PartedFive(Random r, float above, float beside)
    {
        var (x, top) = (Between(r, 9, 13), Between(r, 2, 8));
        var isRight = r.Next(2) == 0;
        return Belly(new StrokePath().From(x, isRight ? 0 : top).Line(Between(r, 4, 8), Between(r, 40, 45)), r)
            .From(x + (isRight ? beside : Between(r, 0, 4)), isRight ? Between(r, 0, 2) : top - above).Line(Between(r, 52, 62) + (isRight ? beside / 2 : 0), isRight ? Between(r, -3, 1) : top - above - Between(r, -1, 3));
    }

    /// <summary>A 4 whose bar ends this far from the stem.</summary>
    public static StrokePath PartedFour(Random r, float gap)
    {
        var (bar, stem) = (Between(r, 56, 64), Between(r, 42, 50));
        return new StrokePath().From(Between(r, 8, 18), 0).Line(Between(r, 0, 4), bar).Line(stem, bar + Between(r, -3, 2)).From(stem + gap, Between(r, 12, 30)).Line(stem + gap + Between(r, -2, 1), 100);
    }

    private static StrokePath Zero(Random r)
    {
        var (start, sweep) = (Between(r, -150, -30), Between(r, 352, 385));
        return new StrokePath().Arc(30, 50, Between(r, 23, 31), 50, start, r.Next(4) == 0 ? start + sweep : start - sweep, Between(r, 0.96f, 1.03f));
    }

    private static StrokePath SlashedZero(Random r)
    {
        var radius = Between(r, 26, 31);
        return new StrokePath().Arc(30, 50, radius, 50, -80, -440).From(30 + radius * 0.72f, Between(r, 12, 18)).Line(30 - radius * 0.72f, Between(r, 82, 88));
    }

    private static StrokePath Stem(Random r) => new StrokePath().From(20, 0).Curve(20 + Between(r, -3, 3), 50, 20 + Between(r, -3, 3), 100);

    private static StrokePath FlaggedOne(Random r)
    {
        var width = Between(r, 12, 42);
        return new StrokePath().From(30 - width, Math.Clamp(width * Between(r, 0.76f, 1.5f), 9, 45)).Line(30, 0).Line(30 + Between(r, -3, 3), 100);
    }

    private static StrokePath OneWithFlagAndBase(Random r) => FlaggedOne(r).From(30 - Between(r, 15, 28), Between(r, 98, 102)).Line(30 + Between(r, 15, 28), Between(r, 98, 102));

    private static StrokePath OneWithBase(Random r) => new StrokePath().From(30, 0).Line(30 + Between(r, -2, 2), 100)
        .From(30 - Between(r, 14, 26), Between(r, 98, 102)).Line(30 + Between(r, 14, 26), Between(r, 98, 102));

    private static StrokePath Two(Random r) => TopOfTwo(r).Curve(Between(r, 34, 46), Between(r, 58, 70), Between(r, 1, 7), Between(r, 96, 100))
        .Curve(32, Between(r, 92, 100), Between(r, 54, 64), Between(r, 95, 101));

    private static StrokePath LoopedTwo(Random r) => TopOfTwo(r).Curve(44, 70, 16, 95)
        .Arc(13, Between(r, 86, 89), Between(r, 9, 13), Between(r, 8, 10), 80, 330).Curve(40, 100, Between(r, 58, 66), Between(r, 88, 96));

    private static StrokePath AngularTwo(Random r) => new StrokePath().From(Between(r, 2, 8), Between(r, 8, 16)).Curve(28, Between(r, -14, -6), 51, Between(r, 8, 16))
        .Curve(50, Between(r, 28, 40), 4, Between(r, 95, 99)).Line(Between(r, 52, 60), Between(r, 95, 100));

    private static StrokePath TopOfTwo(Random r) => new StrokePath().Arc(28, 26, Between(r, 23, 28), Between(r, 24, 26), Between(r, 175, 205), Between(r, 365, 395));

    private static StrokePath Three(Random r) => new StrokePath().Arc(26, 25, Between(r, 21, 25), 25, Between(r, 195, 225), Between(r, 440, 452))
        .Arc(25, 75, Between(r, 25, 30), 26, 275, Between(r, 480, 515));

    private static StrokePath FlatThree(Random r) => new StrokePath().From(6, Between(r, 1, 5)).Line(Between(r, 48, 54), Between(r, 0, 3)).Line(Between(r, 22, 28), Between(r, 38, 43))
        .Arc(25, 70, Between(r, 26, 31), 30, 272, Between(r, 480, 515));

    private static StrokePath BarredThree(Random r) => new StrokePath().Arc(26, 25, Between(r, 21, 25), 25, Between(r, 195, 225), 450).Line(Between(r, 8, 14), 50).Line(25, 50)
        .Arc(25, 75, Between(r, 25, 30), 25, 270, Between(r, 480, 515));

    private static StrokePath OpenFour(Random r)
    {
        var (bar, stem) = (Between(r, 54, 66), Between(r, 40, 48));
        return new StrokePath().From(Between(r, 6, 18), 0).Line(Between(r, 0, 5), bar).Line(Between(r, 58, 66), bar + Between(r, -4, 3))
            .From(stem + Between(r, -2, 4), Between(r, -2, 24)).Line(stem + Between(r, -3, 2), 100);
    }

    private static StrokePath ClosedFour(Random r)
    {
        var (bar, stem) = (Between(r, 60, 70), Between(r, 42, 48));
        return new StrokePath().From(stem, 0).Line(1, bar).Line(Between(r, 58, 66), bar + Between(r, -2, 2)).From(stem, 0).Line(stem + Between(r, -3, 2), 100);
    }

    private static StrokePath OneStrokeFour(Random r)
    {
        var (bar, stem) = (Between(r, 62, 70), Between(r, 43, 48));
        return new StrokePath().From(Between(r, 58, 66), bar + Between(r, -2, 2)).Line(1, bar).Line(stem, 0).Line(stem + Between(r, -3, 2), 100);
    }

    private static StrokePath CurvedFour(Random r) => new StrokePath().From(Between(r, 4, 10), 0).Curve(Between(r, 2, 6), 40, Between(r, 5, 10), Between(r, 48, 54)).Curve(26, 60, 62, Between(r, 48, 54))
        .From(Between(r, 46, 50), Between(r, 0, 6)).Line(Between(r, 40, 46), 100);

    private static StrokePath Five(Random r) => Belly(new StrokePath().From(Between(r, 46, 58), Between(r, -2, 2)).Line(Between(r, 9, 13), Between(r, 0, 3)).Line(Between(r, 4, 8), Between(r, 40, 45)), r);

    private static StrokePath FiveWithSeparateBar(Random r) => Belly(new StrokePath().From(Between(r, 9, 13), 2).Line(Between(r, 4, 8), Between(r, 40, 45)), r)
        .From(Between(r, 10, 14), Between(r, 1, 4)).Line(Between(r, 48, 60), Between(r, -2, 2));

    private static StrokePath AngularFive(Random r) => new StrokePath().From(Between(r, 48, 56), Between(r, 0, 3)).Line(Between(r, 9, 13), 2).Line(Between(r, 5, 9), Between(r, 40, 45))
        .Curve(Between(r, 58, 66), Between(r, 34, 42), Between(r, 50, 54), Between(r, 70, 78)).Curve(46, 102, Between(r, 0, 6), Between(r, 94, 99));

    private static StrokePath Belly(StrokePath path, Random r) => path.Arc(25, 69, Between(r, 25, 31), 30, 232, Between(r, 490, 515));

    private static StrokePath Six(Random r) => Bowl(new StrokePath().From(Between(r, 38, 50), Between(r, -2, 2)).Curve(Between(r, 4, 12), Between(r, 18, 32), 2, 70), r);

    private static StrokePath StraightSix(Random r) => Bowl(new StrokePath().From(Between(r, 26, 38), 0).Curve(Between(r, 12, 18), 35, 2, 70), r);

    private static StrokePath HookedSix(Random r) => Bowl(new StrokePath().From(Between(r, 48, 54), Between(r, 8, 14)).Curve(Between(r, 36, 42), -8, Between(r, 20, 26), 10).Curve(4, 30, 2, 70), r);

    private static StrokePath Bowl(StrokePath path, Random r)
    {
        var radius = Between(r, 21, 27);
        return path.Arc(28, 100 - radius, 26, radius, 180, Between(r, -185, -160));
    }

    private static StrokePath Seven(Random r) => new StrokePath().From(Between(r, 0, 4), Between(r, 0, 6)).Line(56, Between(r, 0, 4)).Line(Between(r, 12, 28), 100);

    private static StrokePath CurvedSeven(Random r) => new StrokePath().From(Between(r, 0, 4), Between(r, 0, 6)).Line(56, Between(r, 0, 4)).Curve(Between(r, 26, 34), Between(r, 36, 50), Between(r, 18, 26), 100);

    private static StrokePath SevenWithSerif(Random r) => new StrokePath().From(Between(r, 0, 3), Between(r, 12, 18)).Line(4, 2).Line(56, Between(r, 0, 4)).Line(Between(r, 14, 26), 100);

    private static StrokePath CrossedSeven(Random r)
    {
        var (foot, bar) = (Between(r, 14, 26), Between(r, 46, 56));
        var middle = 56 + (foot - 56) * bar / 100;
        return new StrokePath().From(Between(r, 0, 4), Between(r, 0, 6)).Line(56, Between(r, 0, 4)).Line(foot, 100)
            .From(middle - Between(r, 14, 20), bar + Between(r, -2, 4)).Line(middle + Between(r, 14, 20), bar + Between(r, -4, 2));
    }

    private static StrokePath Eight(Random r)
    {
        var (upper, lower, start) = (Between(r, 19, 24), Between(r, 24, 29), Between(r, -60, -30));
        return new StrokePath().Arc(28, 24, upper, 24, start, -270).Arc(28, 74, lower, 26, -90, 270).Arc(28, 24, upper, 24, 90, start + Between(r, -10, 4));
    }

    private static StrokePath CrossingEight(Random r)
    {
        var (left, right) = (Between(r, 0, 5), Between(r, 51, 56));
        return new StrokePath().From(46, 18).Cubic(new(40, -8), new(4, -4), new(8, 22)).Cubic(new(12, 42), new(right, 52), new(right, 76))
            .Cubic(new(right, 106), new(left, 106), new(left, 76)).Cubic(new(left + 2, 52), new(48, 44), new(46, 18));
    }

    private static StrokePath Nine(Random r) => Head(r).Line(Between(r, 44, 52), 100);

    private static StrokePath SlantedNine(Random r) => Head(r).Curve(48, 66, Between(r, 20, 34), 100);

    private static StrokePath HookedNine(Random r) => Head(r).Curve(54, 108, Between(r, 4, 14), Between(r, 90, 96));

    private static StrokePath Head(Random r)
    {
        var radius = Between(r, 24, 28);
        return new StrokePath().Arc(28, radius, Between(r, 23, 26), radius, Between(r, -35, -5), Between(r, -375, -360));
    }
}
