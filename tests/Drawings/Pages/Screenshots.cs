using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Screenshots of desktops, web pages and phones, in light and dark mode.</summary>
internal static class Screenshots
{
    public static IReadOnlyList<PageKind> All { get; } =
    [
        new("window screenshot", PageContent.Digit, sheet => Window(sheet, isTransparent: false)) { Adjust = (plan, _) => plan.Clean() },
        new("window with transparent shadow", PageContent.Digit, sheet => Window(sheet, isTransparent: true)) { Adjust = (plan, _) => plan.Clean() with { Jpeg = null } },
        new("canvas on a page", PageContent.Digit, CanvasOnPage) { Adjust = (plan, _) => plan.Clean() },
        new("phone screenshot", PageContent.Digit, Phone) { Adjust = (plan, random) => (plan with { Height = Math.Min((int)(plan.Shorter / Handwriting.Between(random, 0.46f, 0.6f)), 3000), Width = plan.Shorter }).Clean() },
    ];

    private static SKColor Gray(PageSheet sheet, bool isDark) => PageColors.Of(isDark ? sheet.Between(20, 70) : sheet.Between(205, 250), PageColors.Hue(sheet.Random, gray: 0.8), 0.3f);

    private static void Window(PageSheet sheet, bool isTransparent)
    {
        var (margin, isDark) = (MathF.Max(3, PageRanges.WindowMargin.Draw(sheet.Random) * sheet.Plan.Shorter), sheet.Flip(0.5));
        sheet.Canvas.Clear(isTransparent ? SKColors.Transparent : PageColors.Of(sheet.Between(0, 255), 360 * sheet.Random.NextSingle(), sheet.Random.NextSingle()));
        var window = SKRect.Inflate(new(0, 0, sheet.Width, sheet.Height), -margin, -margin);
        var round = sheet.Flip(0.7) ? margin * sheet.Between(0.1f, 0.4f) : 0;
        using (var filter = SKImageFilter.CreateDropShadow(0, margin * 0.2f, margin * 0.3f, margin * 0.3f, new SKColor(0, 0, 0, (byte)sheet.Between(60, 200))))
        using (var paper = new SKPaint { Color = sheet.Plan.Paper, IsAntialias = true, ImageFilter = filter })
            sheet.Canvas.DrawRoundRect(window, round, round, paper);
        var bar = sheet.Flip(isTransparent ? 0.5 : 0.9) ? PageRanges.TitleBar.Draw(sheet.Random) * window.Height : 0;
        sheet.Area = new SKRect(window.Left + 2 + round / 2, window.Top + bar + 2, window.Right - 2 - round / 2, window.Bottom - 2 - round / 2);
        var digit = sheet.Place(sheet.Compose(sheet.AnyDigit()));
        if (bar > 0)
        {
            sheet.Canvas.Save();
            using var outline = new SKRoundRect(window, round);
            sheet.Canvas.ClipRoundRect(outline, antialias: true);
            Bar(sheet, new(window.Left, window.Top, window.Right, window.Top + bar), isDark, MathF.Min(bar * 0.4f, PageRanges.WindowText.Draw(sheet.Random) * digit.Bounds.Height));
            sheet.Canvas.Restore();
        }
        sheet.Write(digit);
    }

    /// <summary>Title bar with the buttons of macOS or Windows and a title.</summary>
    private static void Bar(PageSheet sheet, SKRect bar, bool isDark, float text)
    {
        using var fill = new SKPaint { Color = Gray(sheet, isDark), IsAntialias = true };
        var ink = isDark ? new SKColor(220, 220, 220) : new SKColor(50, 50, 50);
        sheet.Canvas.DrawRect(bar, fill);
        var (radius, isMac) = (bar.Height * 0.2f, sheet.Flip(0.5));
        if (isMac)
        {
            foreach (var (i, color) in new[] { new SKColor(255, 95, 87), new SKColor(254, 188, 46), new SKColor(40, 200, 64) }.Index())
            {
                fill.Color = color;
                sheet.Canvas.DrawCircle(bar.Left + bar.Height * (0.5f + 0.65f * i), bar.MidY, radius, fill);
            }
        }
        else
        {
            using var line = new SKPaint { Color = ink, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = MathF.Max(1, radius / 5) };
            var (x, y) = (bar.Right - bar.Height * 0.6f, bar.MidY);
            sheet.Canvas.DrawLine(x - radius, y - radius, x + radius, y + radius, line);
            sheet.Canvas.DrawLine(x - radius, y + radius, x + radius, y - radius, line);
            sheet.Canvas.DrawRect(x - bar.Height - radius, y - radius, 2 * radius, 2 * radius, line);
            sheet.Canvas.DrawLine(x - 2 * bar.Height - radius, y, x - 2 * bar.Height + radius, y, line);
        }
        if (text < 4) return;
        var at = isMac ? bar.MidX : bar.Left + bar.Height * 0.4f;
        for (var i = 0; i < 5 && at + text < bar.Right - 3.5f * bar.Height; i++, at += text) sheet.Lay(Letters.Compose(sheet, text, text * 0.12f).CenteredAt(at, bar.MidY), Pens.Round, ink);
    }

    /// <summary>A canvas on a page in another color, for example white on a page in dark mode.</summary>
    private static void CanvasOnPage(PageSheet sheet)
    {
        var isDarkPaper = PageColors.Luminance(sheet.Plan.Paper) < 128;
        sheet.Canvas.Clear(Gray(sheet, isDark: sheet.Flip(isDarkPaper ? 0.2 : 0.7)));
        var (side, shape) = (PageRanges.PageCanvas.Draw(sheet.Random) * sheet.Plan.Shorter, sheet.Between(0.8f, 1.25f));
        var (width, height) = (MathF.Round(side * MathF.Min(1, shape)), MathF.Round(side * MathF.Min(1, 1 / shape)));
        var (left, top) = (MathF.Round((sheet.Width - width) * sheet.Between(0.1f, 0.9f)), MathF.Round((sheet.Height - height) * sheet.Between(0.1f, 0.9f)));
        var canvas = new SKRect(left, top, left + width, top + height);
        using (var paper = new SKPaint { Color = sheet.Plan.Paper }) sheet.Canvas.DrawRect(canvas, paper);
        if (sheet.Flip(0.4))
        {
            using var border = new SKPaint { Color = Gray(sheet, sheet.Flip(0.5)), Style = SKPaintStyle.Stroke, StrokeWidth = 1 };
            sheet.Canvas.DrawRect(SKRect.Inflate(canvas, 0.5f, 0.5f), border);
        }
        sheet.Area = SKRect.Inflate(canvas, -2, -2);
        sheet.WriteAnyDigit();
    }

    /// <summary>A phone's status bar with time and charge, and its navigation bar.</summary>
    private static void Phone(PageSheet sheet)
    {
        var bar = sheet.Height * sheet.Between(0.03f, 0.06f);
        sheet.Area = new SKRect(2, bar + 2, sheet.Width - 2, sheet.Height - bar - 2);
        var digit = sheet.Place(sheet.Compose(sheet.AnyDigit()));
        var size = MathF.Min(bar * 0.5f, PageRanges.WindowText.High * digit.Bounds.Height);
        if (sheet.Flip(0.5))
        {
            using var dark = new SKPaint { Color = Gray(sheet, isDark: sheet.Flip(0.7)) };
            sheet.Canvas.DrawRect(0, sheet.Height - bar, sheet.Width, bar, dark);
        }
        using (var pill = new SKPaint { Color = sheet.Flip(0.5) ? SKColors.White : new SKColor(128, 128, 128), IsAntialias = true })
            sheet.Canvas.DrawRoundRect(new SKRect(sheet.Width * 0.35f, sheet.Height - bar * 0.35f, sheet.Width * 0.65f, sheet.Height - bar * 0.2f), bar * 0.07f, bar * 0.07f, pill);
        if (size >= 6)
        {
            var x = size * 1.5f;
            foreach (var value in (int[])[1 + sheet.Random.Next(2), sheet.Random.Next(10), -1, sheet.Random.Next(6), sheet.Random.Next(10)])
            {
                if (value >= 0) sheet.Lay(sheet.Sized(Handwriting.Write(value, new Random(0)), size, size * 0.12f).CenteredAt(x, bar / 2), Pens.Round);
                x += size * (value < 0 ? 0.4f : 0.8f);
            }
            using var battery = new SKPaint { Color = sheet.Plan.Ink, IsAntialias = true };
            sheet.Canvas.DrawRect(sheet.Width - size * 3, bar / 2 - size / 2, size * 1.8f, size, battery);
        }
        sheet.Write(digit);
    }
}
