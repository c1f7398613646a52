using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Borders at or near the image's edge, and letterbox bars.</summary>
internal static class FramedPages
{
    public static IReadOnlyList<PageKind> All { get; } =
    [
        new("plain", PageContent.Digit, sheet => sheet.WriteAnyDigit()),
        new("border at the edge", PageContent.Digit, sheet => Border(sheet, 0)) { Adjust = (plan, random) => plan.MostlyClean(random) },
        new("inset border", PageContent.Digit, sheet => Border(sheet, (int)MathF.Min(PageRanges.BorderInset.Draw(sheet.Random), sheet.Plan.Shorter / 8f))) { Adjust = (plan, random) => plan.MostlyClean(random) },
        new("letterbox", PageContent.Digit, Letterbox) { Adjust = (plan, random) => plan.MostlyClean(random) },
    ];

    /// <summary>Returns a gray, at times a color, that differs from the paper.</summary>
    private static SKColor FrameColor(PageSheet sheet)
    {
        var paper = PageColors.Luminance(sheet.Plan.Paper);
        float luminance;
        do luminance = sheet.Random.Next(3) == 0 ? 255 * sheet.Random.Next(2) : sheet.Between(0, 255);
        while (!PageRanges.BorderContrast.Contains(MathF.Abs(luminance - paper) / 255));
        return PageColors.Of(luminance, PageColors.Hue(sheet.Random, gray: 0.8), 0.8f);
    }

    private static void Border(PageSheet sheet, int inset)
    {
        var width = (int)MathF.Round(PageRanges.BorderWidth.Draw(sheet.Random));
        using var paint = new SKPaint { Color = FrameColor(sheet), Style = SKPaintStyle.Fill };
        var frame = new SKRect(inset, inset, sheet.Width - inset, sheet.Height - inset);
        var sides = sheet.Flip(0.5) ? 15 : sheet.Random.Next(1, 16);
        if ((sides & 1) != 0) sheet.Canvas.DrawRect(frame.Left, frame.Top, width, frame.Height, paint);
        if ((sides & 2) != 0) sheet.Canvas.DrawRect(frame.Right - width, frame.Top, width, frame.Height, paint);
        if ((sides & 4) != 0) sheet.Canvas.DrawRect(frame.Left, frame.Top, frame.Width, width, paint);
        if ((sides & 8) != 0) sheet.Canvas.DrawRect(frame.Left, frame.Bottom - width, frame.Width, width, paint);
        sheet.Area = SKRect.Inflate(frame, -width - 2, -width - 2);
        var digit = sheet.Compose(sheet.AnyDigit());
        // Touching ink overlaps the border by at most half of its width and half a pen, so that no ink is cut off.
        sheet.Write(sheet.Flip(PageRanges.CrossingShare) ? Crossings.Across(sheet, digit, sheet.Area, MathF.Min(2 + width / 2f, 2 + digit.Pen / 2)) : sheet.Place(digit));
    }

    private static void Letterbox(PageSheet sheet)
    {
        SKColor color;
        do color = sheet.Random.Next(4) switch { 0 or 1 => SKColors.Black, 2 => PageColors.Of(sheet.Between(60, 200), null, 0), _ => SKColors.White };
        while (!PageRanges.BorderContrast.Contains(MathF.Abs(PageColors.Luminance(color) - PageColors.Luminance(sheet.Plan.Paper)) / 255));
        using var paint = new SKPaint { Color = color };
        var (first, isUpright) = (PageRanges.LetterboxBar.Draw(sheet.Random), sheet.Width > sheet.Height || (sheet.Width == sheet.Height && sheet.Flip(0.5)));
        var second = sheet.Flip(0.75) ? first : Math.Clamp(first * sheet.Between(0.7f, 1.4f), PageRanges.LetterboxBar.Low, PageRanges.LetterboxBar.High);
        var (left, right, top, bottom) = isUpright
            ? (MathF.Round(first * sheet.Width), MathF.Round(sheet.Width * (1 - second)), 0f, (float)sheet.Height)
            : (0f, (float)sheet.Width, MathF.Round(first * sheet.Height), MathF.Round(sheet.Height * (1 - second)));
        if (isUpright)
        {
            sheet.Canvas.DrawRect(0, 0, left, sheet.Height, paint);
            sheet.Canvas.DrawRect(right, 0, sheet.Width - right, sheet.Height, paint);
        }
        else
        {
            sheet.Canvas.DrawRect(0, 0, sheet.Width, top, paint);
            sheet.Canvas.DrawRect(0, bottom, sheet.Width, sheet.Height - bottom, paint);
        }
        sheet.Area = SKRect.Inflate(new(left, top, right, bottom), -2, -2);
        sheet.WriteAnyDigit();
    }
}
