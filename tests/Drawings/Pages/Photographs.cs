using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Scanner edges, shadows, stains, and photos at a phone's resolution.</summary>
internal static class Photographs
{
    public static IReadOnlyList<PageKind> All { get; } =
    [
        new("scanner edge", PageContent.Digit, ScannerEdge) { Adjust = (plan, random) => plan.WithPaper(isDark: false, random).WithLight(random) },
        new("shadow", PageContent.Digit, Shadow) { Adjust = (plan, random) => plan.WithPaper(isDark: false, random) with { Light = random.Next(2) == 0 ? Light.Grain(PageRanges.GrainLevels.Draw(random) / 2) : null } },
        new("stains", PageContent.Digit, Stains) { Adjust = (plan, random) => plan.WithPaper(isDark: false, random).WithLight(random) },
        new("phone photo", PageContent.Digit, sheet => sheet.WriteAnyDigit()) { Adjust = PhonePhoto },
    ];

    private static PagePlan PhonePhoto(PagePlan plan, Random random)
    {
        var longer = (int)PageRanges.PhoneSide.Draw(random);
        var (width, height) = plan.HasGivenSide ? (plan.Shorter * 4 / 3, plan.Shorter) : (longer, longer * 3 / 4);
        var isPortrait = random.Next(2) == 0;
        var photo = PagePlan.Draw(random, isPortrait ? height : width, isPortrait ? width : height);
        return photo with { Jpeg = (int)PageRanges.JpegQuality.Draw(random), Light = Light.Slope(PageRanges.SlopeDarkest.Draw(random)) };
    }

    /// <summary>A dark, slightly slanted band along one or two sides.</summary>
    private static void ScannerEdge(PageSheet sheet)
    {
        using var blur = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, sheet.Between(0.3f, 2.5f));
        using var paint = new SKPaint { Color = PageColors.Of(sheet.Between(0, 60), null, 0), IsAntialias = true, MaskFilter = sheet.Flip(0.5) ? blur : null };
        var (count, area) = (sheet.Flip(0.5) ? 1 : 2, sheet.Area);
        foreach (var side in Enumerable.Range(0, 4).OrderBy(_ => sheet.Random.Next()).ToArray().Take(count))
        {
            var isUpright = side < 2;
            var (across, along) = isUpright ? (sheet.Width, sheet.Height) : (sheet.Height, (float)sheet.Width);
            var slant = MathF.Tan(PageRanges.ScannerSlant.Draw(sheet.Random) * (sheet.Flip(0.4) ? 0 : 1) * MathF.PI / 180) * along;
            var band = MathF.Max(1, PageRanges.ScannerBand.Draw(sheet.Random) * across);
            var (first, last) = (MathF.Max(0, band - slant / 2), MathF.Max(0, band + slant / 2));
            using var path = new SKPathBuilder();
            foreach (var (i, (depth, place)) in new[] { (-9f, -9f), (first, -9f), (last, along + 9f), (-9f, along + 9f) }.Index())
            {
                var deep = side % 2 == 0 ? depth : across - depth;
                var point = isUpright ? new SKPoint(deep, place) : new SKPoint(place, deep);
                if (i == 0) path.MoveTo(point);
                else path.LineTo(point);
            }
            path.Close();
            using var drawn = path.Detach();
            sheet.Canvas.DrawPath(drawn, paint);
            var depthOfBand = MathF.Max(first, last) + 4;
            if (side == 0) area.Left = depthOfBand;
            else if (side == 1) area.Right = sheet.Width - depthOfBand;
            else if (side == 2) area.Top = depthOfBand;
            else area.Bottom = sheet.Height - depthOfBand;
        }
        sheet.Area = area;
        sheet.WriteAnyDigit();
    }

    /// <summary>A shadow from any direction; in half of the scenes its edge crosses the digit.</summary>
    private static void Shadow(PageSheet sheet)
    {
        var digit = sheet.Place(sheet.Compose(sheet.AnyDigit()));
        sheet.Write(digit);
        var angle = 6.28f * sheet.Random.NextSingle();
        var (x, y) = sheet.Flip(PageRanges.CrossingShare)
            ? (digit.Bounds.MidX + sheet.Between(-0.3f, 0.3f) * digit.Bounds.Width, digit.Bounds.MidY + sheet.Between(-0.3f, 0.3f) * digit.Bounds.Height)
            : (sheet.Width * sheet.Random.NextSingle(), sheet.Height * sheet.Random.NextSingle());
        var soft = MathF.Max(1, PageRanges.ShadowEdge.DrawLog(sheet.Random) * sheet.Plan.Shorter) / 2;
        var dark = (byte)(255 * PageRanges.ShadowBrightness.Draw(sheet.Random));
        var away = new SKPoint(MathF.Cos(angle) * soft, MathF.Sin(angle) * soft);
        using var shade = SKShader.CreateLinearGradient(new(x - away.X, y - away.Y), new(x + away.X, y + away.Y), [SKColors.White, new(dark, dark, dark)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shade, BlendMode = SKBlendMode.Multiply };
        sheet.Canvas.DrawRect(0, 0, sheet.Width, sheet.Height, paint);
    }

    /// <summary>Coffee rings and blots, paler than ink; in half of the scenes one touches the digit.</summary>
    private static void Stains(PageSheet sheet)
    {
        var digit = sheet.Place(sheet.Compose(sheet.AnyDigit()));
        var (count, isCrossing) = (sheet.Random.Next(1, 6), sheet.Flip(PageRanges.CrossingShare));
        for (var i = 0; i < count; i++)
        {
            var isRing = sheet.Flip(0.4);
            var contrast = PageRanges.StainContrast.Draw(sheet.Random);
            var radius = (isRing ? PageRanges.CoffeeRing : PageRanges.Blot).Draw(sheet.Random) * sheet.Plan.Shorter;
            using var blur = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, MathF.Max(0.5f, radius * 0.03f));
            using var paint = new SKPaint
            {
                Color = PageColors.Between(sheet.Plan.Paper, sheet.Plan.Ink, contrast, sheet.Flip(0.7) ? 28 : sheet.Plan.InkHue, 0.6f),
                IsAntialias = true,
                MaskFilter = blur,
                Style = isRing ? SKPaintStyle.Stroke : SKPaintStyle.Fill,
                StrokeWidth = radius * sheet.Between(0.03f, 0.12f),
            };
            var (x, y) = isCrossing && i == 0
                ? (digit.Bounds.MidX + (isRing ? radius : sheet.Between(-0.4f, 0.4f) * digit.Bounds.Width), digit.Bounds.MidY + sheet.Between(-0.4f, 0.4f) * digit.Bounds.Height)
                : (sheet.Width * sheet.Random.NextSingle(), sheet.Height * sheet.Random.NextSingle());
            // An ellipse with a wobbling edge.
            var strokes = sheet.Plan.Hand.Shape(new StrokePath().Arc(30, 50, 50, 50, 0, sheet.Flip(0.5) ? 360 : sheet.Between(250, 360)).Strokes, PageRanges.Lean, 0.3f, sheet.Random)[0];
            using var path = new SKPathBuilder();
            path.MoveTo(x + 2 * radius * strokes[0].X, y + 2 * radius * strokes[0].Y);
            foreach (var p in strokes) path.LineTo(x + 2 * radius * p.X, y + 2 * radius * p.Y);
            using var drawn = path.Detach();
            sheet.Canvas.DrawPath(drawn, paint);
        }
        sheet.Write(digit);
    }
}
