using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>The parameters that scenes of all kinds have: size, paper, ink, pen, light and file format.</summary>
internal sealed record PagePlan
{
    /// <summary>More specks per pixel hide the strokes of small digits.</summary>
    private const float PixelsPerSpeck = 1500;

    /// <summary>Maximum blur in heights, so that the loops of an 8 stay open.</summary>
    private const float MaxBlurOfDigit = 0.04f;

    private static readonly Pen[] AllPens = [Pens.Round, Pens.Round, Pens.Round, Pens.Jagged, Pens.Fountain, Pens.Broken, Soft, Retraced];

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Whether the caller chose the size, as tests do.</summary>
    public bool HasGivenSide { get; init; }

    /// <summary>Height of the digit in pixels.</summary>
    public required float Digit { get; init; }

    /// <summary>Width of the pen in heights of the digit.</summary>
    public required float PenWidth { get; init; }

    public required SKColor Paper { get; init; }

    public required SKColor Ink { get; init; }

    /// <summary>Hue of the ink in degrees; null for gray.</summary>
    public float? InkHue { get; init; }

    public required Pen Pen { get; init; }

    public required Hand Hand { get; init; }

    /// <summary>Effect on the finished image; null for drawings and screenshots.</summary>
    public Action<SKBitmap, Random>? Light { get; init; }

    /// <summary>Standard deviation of the blur of the finished image in pixels; 0 for none.</summary>
    public float Blur { get; init; }

    /// <summary>Ink of a tight crop, whose size is that of the image; null for other scenes.</summary>
    public InkShape? Crop { get; init; }

    /// <summary>JPEG quality; null for PNG.</summary>
    public int? Jpeg { get; init; }

    public int Shorter => Math.Min(Width, Height);

    /// <summary>Width of the pen in pixels for a digit of this height.</summary>
    public float PenPixels(float digit) => MathF.Max(PageRanges.MinPenPixels, PenWidth * digit);

    /// <param name="side">Shorter side of the image in pixels; null for random.</param>
    public static PagePlan Draw(Random random, int? side)
    {
        var large = random.NextDouble() < PageRanges.LargeShare;
        var drawn = (int)(large ? PageRanges.LargeSide : PageRanges.Side).DrawLog(random);
        var (width, height) = Sides(side ?? drawn, random);
        return Draw(random, width, height) with { HasGivenSide = side is not null };
    }

    public static PagePlan Draw(Random random, int width, int height)
    {
        var fraction = random.Next(2) == 0 ? PageRanges.DigitHeight.Draw(random) : PageRanges.DigitHeight.DrawLog(random);
        var digit = MathF.Max(PageRanges.MinDigitPixels, fraction * Math.Min(width, height));
        var plan = new PagePlan
        {
            Width = width,
            Height = height,
            Digit = digit,
            PenWidth = DrawPen(digit, random),
            Paper = SKColors.White,
            Ink = SKColors.Black,
            Pen = AllPens[random.Next(AllPens.Length)],
            Hand = new(random.Next()),
        }.WithPaper(random.NextDouble() < PageRanges.LightOnDarkShare, random).WithLight(random);
        return random.NextDouble() < PageRanges.JpegShare ? plan with { Jpeg = (int)PageRanges.JpegQuality.Draw(random) } : plan;
    }

    /// <summary>Draws the pen's width in heights of a digit of this many pixels.</summary>
    public static float DrawPen(float digit, Random random) =>
        MathF.Max(PageRanges.MinPenPixels / digit, random.Next(3) == 0 ? PageRanges.PenWidth.Draw(random) : PageRanges.PenWidth.DrawLog(random));

    /// <summary>Draws the paper and an ink that contrasts with it.</summary>
    public PagePlan WithPaper(bool isDark, Random random)
    {
        var paper = PageColors.Paper(isDark, random);
        var from = PageColors.Luminance(paper);
        var most = (isDark ? 255 - from : from) / 255;
        var contrast = PageRanges.InkContrast.Low + (most - PageRanges.InkContrast.Low) * MathF.Sqrt(random.NextSingle());
        if (random.Next(3) == 0) contrast = most;
        var hue = PageColors.Hue(random, gray: 0.5);
        return this with { Paper = paper, Ink = PageColors.Of(from + (isDark ? 255 : -255) * contrast, hue, Handwriting.Between(random, 0.5f, 1)), InkHue = hue };
    }

    /// <summary>Draws light and blur. The effects depend on paper and ink: call it after <see cref="WithPaper"/>.</summary>
    public PagePlan WithLight(Random random)
    {
        // Pale ink and a strong effect together are illegible.
        var ink = MathF.Abs(PageColors.Luminance(Ink) - PageColors.Luminance(Paper)) / 255;
        var grain = Drawings.Light.Grain(PageRanges.GrainLevels.Draw(random) * MathF.Min(1, ink * 1.5f));
        var effect = random.Next(12) switch
        {
            0 or 1 => grain,
            2 => Drawings.Light.Vignette(PageRanges.VignetteDarkest.Draw(random)),
            3 => Drawings.Light.Slope(PageRanges.SlopeDarkest.Draw(random)).Then(grain),
            4 => Drawings.Light.Shadow(PageRanges.ShadowBrightness.Draw(random)).Then(grain),
            5 => Drawings.Light.Specks((int)MathF.Min(PageRanges.Specks.Draw(random), Width * Height / PixelsPerSpeck)),
            _ => null,
        };
        var blur = effect is not null && Pen != Soft && random.Next(2) == 0
            ? MathF.Min(PageRanges.Blur.Draw(random), MathF.Min(PageRanges.MaxBlur * PenPixels(Digit), MaxBlurOfDigit * Digit))
            : 0;
        return this with { Light = effect, Blur = blur };
    }

    /// <summary>A drawing or a screenshot: no light, no blur, PNG except for one of ten: half of all plans are JPEG, and a fifth of these stays JPEG.</summary>
    public PagePlan Clean() => this with { Light = null, Blur = 0, Jpeg = Jpeg % 5 == 0 ? Jpeg : null };

    /// <summary>Two of three are drawings or screenshots.</summary>
    public PagePlan MostlyClean(Random random) => random.Next(3) == 0 ? this : Clean();

    /// <summary>Width and height whose smaller one is <paramref name="shorter"/>.</summary>
    private static (int Width, int Height) Sides(int shorter, Random random)
    {
        var ratio = random.Next(3) == 0 ? 1 : PageRanges.AspectRatio.DrawLog(random);
        return ratio >= 1 ? ((int)(shorter * ratio), shorter) : (shorter, (int)(shorter / ratio));
    }

    /// <summary>A soft brush whose visible width is that of the pen.</summary>
    public static void Soft(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink) => Pens.Soft(canvas, strokes, width * 0.6f, ink);

    /// <summary>A digit traced three times whose lines together are about as wide as the pen.</summary>
    public static void Retraced(SKCanvas canvas, IReadOnlyList<SKPoint[]> strokes, float width, SKColor ink) => Pens.Retraced(canvas, strokes, width * 0.4f, ink);
}
