using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Images without a page: tight crops, 28×28 images, and drawing pads with much black or much ink.</summary>
internal static class SmallPages
{
    public static IReadOnlyList<PageKind> All { get; } =
    [
        new("tight crop", PageContent.Digit, Fill) { Adjust = (plan, random) => Crop(plan, random, null) },
        new("tight crop of a 1", PageContent.Digit, Fill) { Adjust = (plan, random) => Crop(plan, random, 1) },
        new("black drawing pad", PageContent.Digit, BlackPad) { Adjust = (plan, random) => plan.Clean().WithPaper(random.Next(2) == 0, random) },
        new("28×28", PageContent.Digit, sheet => sheet.WriteAnyDigit()) { Adjust = Tiny },
    ];

    private const int MinLitHeight = 150; // specks and grain hide the strokes of smaller crops

    /// <summary>Composes the ink before the sheet is created, because the image is as large as the ink and its margins.</summary>
    private static PagePlan Crop(PagePlan plan, Random random, int? digit)
    {
        var height = plan.HasGivenSide ? plan.Shorter : (int)PageRanges.CropHeight.DrawLog(random);
        var pen = PagePlan.DrawPen(height, random);
        var crop = plan with { Digit = height, PenWidth = pen, Pen = plan.Pen == PagePlan.Soft || plan.Pen == PagePlan.Retraced ? Pens.Round : plan.Pen, Light = height < MinLitHeight ? null : plan.Light, Blur = 0 };
        var ink = Ink(crop, digit ?? random.Next(10), random);
        return crop with
        {
            Crop = ink,
            Width = Math.Max(3, (int)MathF.Ceiling(ink.Bounds.Width + Margin() + Margin())),
            Height = (int)MathF.Ceiling(ink.Bounds.Height + Margin() + Margin()),
        };

        float Margin() => MathF.Round(PageRanges.CropMargin.Draw(random));
    }

    private static InkShape Ink(PagePlan plan, int digit, Random random)
    {
        var pen = plan.PenPixels(plan.Digit);
        return new(InkShape.Scaled(plan.Hand.Write(digit, plan.PenWidth, random), plan.Digit - pen), pen, digit);
    }

    private static void Fill(PageSheet sheet)
    {
        var ink = sheet.Plan.Crop!;
        var (freeX, freeY) = (sheet.Width - ink.Bounds.Width, sheet.Height - ink.Bounds.Height);
        sheet.Write(ink.MovedBy(freeX * sheet.Between(0.2f, 0.8f) - ink.Bounds.Left, freeY * sheet.Between(0.2f, 0.8f) - ink.Bounds.Top));
    }

    /// <summary>A light pad on black, a black pad with light ink, or a wide pen whose ink covers much of a light pad.</summary>
    private static void BlackPad(PageSheet sheet)
    {
        var black = new SKColor((byte)sheet.Random.Next(0, 30), (byte)sheet.Random.Next(0, 30), (byte)sheet.Random.Next(0, 30));
        var isDark = PageColors.Luminance(sheet.Plan.Paper) < 128;
        if (!isDark && sheet.Flip(0.7))
        {
            sheet.Canvas.Clear(black);
            var side = MathF.Sqrt(1 - PageRanges.BlackPart.Draw(sheet.Random));
            var (width, height) = (MathF.Max(26, side * sheet.Width), MathF.Max(26, side * sheet.Height));
            var (left, top) = ((sheet.Width - width) * sheet.Random.NextSingle(), (sheet.Height - height) * sheet.Random.NextSingle());
            using var paper = new SKPaint { Color = sheet.Plan.Paper };
            sheet.Canvas.DrawRect(left, top, width, height, paper);
            sheet.Area = new(left + 2, top + 2, left + width - 2, top + height - 2);
            sheet.WriteAnyDigit(MathF.Max(sheet.Plan.Digit, height * sheet.Between(0.3f, 0.9f)));
            return;
        }
        if (isDark) sheet.Canvas.Clear(black);
        var pad = sheet.Plan with { PenWidth = sheet.Between(0.15f, PageRanges.PenWidth.High) };
        var size = MathF.Min(sheet.Width, sheet.Height) * sheet.Between(0.75f, PageRanges.DigitHeight.High);
        var digit = sheet.AnyDigit();
        sheet.Write(sheet.Place(sheet.Sized(pad.Hand.Write(digit, pad.PenWidth, sheet.Random), size, pad.PenPixels(size)) with { Digit = digit }));
    }

    /// <summary>28×28 pixels, but not as MNIST: a pen of one pixel, pale ink, a small, large or off-center digit.</summary>
    private static PagePlan Tiny(PagePlan plan, Random random)
    {
        var height = (random.Next(3) switch { 0 => PageRanges.Small28, 1 => PageRanges.Usual28, _ => PageRanges.Large28 }).Draw(random);
        var pen = random.Next(2) == 0 ? 1 : MathF.Min(PageRanges.Pen28.Draw(random), height * 0.15f);
        var tiny = plan with { Width = 28, Height = 28, Digit = height, PenWidth = pen / height, Pen = random.Next(4) == 0 ? Pens.Jagged : Pens.Round, Light = null, Blur = 0, Jpeg = null };
        if (random.Next(2) == 0) tiny = tiny with { Paper = random.Next(2) == 0 ? SKColors.Black : SKColors.White };
        var isDark = PageColors.Luminance(tiny.Paper) < 128;
        var contrast = random.Next(3) == 0 ? PageRanges.Pale28.Draw(random) : Handwriting.Between(random, 0.7f, 1);
        return tiny with { Ink = PageColors.Of(PageColors.Luminance(tiny.Paper) + (isDark ? 255 : -255) * contrast, null, 0) };
    }
}
