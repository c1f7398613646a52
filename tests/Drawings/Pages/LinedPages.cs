using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Ruled, squared, dotted and graph paper.</summary>
internal static class LinedPages
{
    private const int MaxTries = 60;

    private const float Clearance = 1.2f; // pitch in digits where the ink touches no line

    public static IReadOnlyList<PageKind> All { get; } =
    [
        Of("ruled paper", (sheet, lines) => sheet.Parallel(lines, isAcross: false)),
        Of("squared paper", (sheet, lines) =>
        {
            sheet.Parallel(lines, isAcross: false);
            sheet.Parallel(lines, isAcross: true);
        }),
        Of("dotted paper", Dots),
        new("graph paper", PageContent.Digit, Graph),
    ];

    /// <summary>Lines of a sheet of paper.</summary>
    /// <param name="Pitch">Distance in pixels.</param>
    /// <param name="Width">Width in pixels.</param>
    /// <param name="Origin">A point that a line of each direction goes through.</param>
    /// <param name="Angle">Rotation in degrees.</param>
    /// <param name="Shear">Additional rotation of vertical lines in degrees.</param>
    private sealed record Lines(float Pitch, float Width, SKColor Color, SKPoint Origin, float Angle, float Shear, bool IsDashed);

    private static PageKind Of(string name, Action<PageSheet, Lines> draw) => new(name, PageContent.Digit, sheet =>
    {
        var isCrossing = sheet.Flip(PageRanges.CrossingShare);
        var pitch = isCrossing ? PageRanges.LinePitch.DrawLog(sheet.Random) : sheet.Between(1.6f, PageRanges.LinePitch.High);
        // Far lines need a small digit, or none is visible.
        var digit = sheet.Place(sheet.Compose(sheet.AnyDigit(), MathF.Min(sheet.Plan.Digit, MathF.Max(PageRanges.MinDigitPixels, 0.8f * sheet.Plan.Shorter / pitch))));
        var pixels = MathF.Max(PageRanges.MinPitchPixels, pitch * digit.Bounds.Height);
        if (!isCrossing) pixels = MathF.Max(pixels, Clearance * MathF.Max(digit.Bounds.Width, digit.Bounds.Height) + 4);
        draw(sheet, Draw(sheet, digit, pixels, Origin(sheet, digit, pixels, isCrossing)));
        sheet.Write(digit);
    });

    /// <summary>Fine lines and, every 5 or 10 lines, heavy ones.</summary>
    private static void Graph(PageSheet sheet)
    {
        var digit = sheet.Place(sheet.Compose(sheet.AnyDigit()));
        var pitch = MathF.Max(PageRanges.MinPitchPixels, PageRanges.FineLinePitch.DrawLog(sheet.Random) * digit.Bounds.Height);
        var origin = Origin(sheet, digit, pitch, isCrossing: true);
        var fine = Draw(sheet, digit, pitch, origin) with { IsDashed = false };
        var heavyPitch = pitch * (sheet.Flip(0.5) ? 5 : 10);
        var heavy = Draw(sheet, digit, heavyPitch, origin) with { Angle = fine.Angle, Shear = fine.Shear, IsDashed = false };
        foreach (var lines in new[] { fine, heavy })
            foreach (var isAcross in new[] { false, true }) sheet.Parallel(lines, isAcross);
        sheet.Write(digit);
    }

    private static void Dots(PageSheet sheet, Lines lines)
    {
        using var paint = new SKPaint { Color = lines.Color, IsAntialias = true };
        var count = Count(sheet, lines);
        sheet.Rotated(lines.Angle, lines.Origin, () =>
        {
            for (var row = -count; row <= count; row++)
                for (var column = -count; column <= count; column++)
                    if (!sheet.Canvas.QuickReject(SKRect.Create(lines.Origin.X + column * lines.Pitch - lines.Width, lines.Origin.Y + row * lines.Pitch - lines.Width, 2 * lines.Width, 2 * lines.Width)))
                        sheet.Canvas.DrawCircle(lines.Origin.X + column * lines.Pitch, lines.Origin.Y + row * lines.Pitch, lines.Width, paint);
        });
    }

    private static void Parallel(this PageSheet sheet, Lines lines, bool isAcross)
    {
        using var dashes = SKPathEffect.CreateDash([lines.Width, 2 * lines.Width + 1], 0);
        using var paint = new SKPaint { Color = lines.Color, IsAntialias = true, StrokeWidth = lines.Width, PathEffect = lines.IsDashed ? dashes : null };
        var (count, reach) = (Count(sheet, lines), sheet.Width + sheet.Height);
        sheet.Rotated(lines.Angle + (isAcross ? 90 + lines.Shear : 0), lines.Origin, () =>
        {
            for (var i = -count; i <= count; i++)
                sheet.Canvas.DrawLine(lines.Origin.X - reach, lines.Origin.Y + i * lines.Pitch, lines.Origin.X + reach, lines.Origin.Y + i * lines.Pitch, paint);
        });
    }

    private static int Count(PageSheet sheet, Lines lines) => (int)((sheet.Width + sheet.Height) / lines.Pitch) + 1;

    /// <summary>Returns a point of a line: inside the digit if ink and lines cross; else beside it, so that the digit is between lines.</summary>
    private static SKPoint Origin(PageSheet sheet, InkShape digit, float pitch, bool isCrossing)
    {
        var box = digit.Bounds;
        if (isCrossing) return new(box.Left + sheet.Between(0.05f, 0.95f) * box.Width, box.Top + sheet.Between(0.05f, 0.95f) * box.Height);
        return new(box.Right + sheet.Between(0.25f, 0.75f) * (pitch - box.Width), box.Bottom + sheet.Between(0.25f, 0.75f) * (pitch - box.Height));
    }

    /// <summary>Draws color and width of lines again until people can tell ink from lines.</summary>
    private static Lines Draw(PageSheet sheet, InkShape digit, float pitch, SKPoint origin)
    {
        var (random, heights) = (sheet.Random, pitch / digit.Bounds.Height);
        var (contrast, width, hue) = (PageRanges.LineContrast.Low, 1f, (float?)null);
        for (var i = 0; i < MaxTries; i++)
        {
            var drawn = (Contrast: PageRanges.LineContrast.Draw(random), Width: MathF.Max(1, PageRanges.LineWidth.Draw(random) * digit.Bounds.Height / 100), Hue: PageColors.Hue(random, gray: 0.25));
            var strength = drawn.Contrast * drawn.Width / digit.Pen / MathF.Min(1, 2 * heights);
            if (strength > (PageColors.IsSameHue(drawn.Hue, sheet.Plan.InkHue) ? PageRanges.MaxStrengthSameHue : PageRanges.MaxStrengthOtherHue)) continue;
            (contrast, width, hue) = drawn;
            break;
        }
        var color = PageColors.Between(sheet.Plan.Paper, sheet.Plan.Ink, contrast, hue, sheet.Between(0.4f, 1));
        var shear = sheet.Plan.Light is null ? 0 : PageRanges.LineShear.Draw(random);
        var angle = sheet.Flip(0.3) ? 0 : PageRanges.LineRotation.Draw(random);
        return new(pitch, width, color, origin, angle, shear, sheet.Flip(0.08));
    }
}
