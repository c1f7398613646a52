using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Colors of papers, inks and lines, chosen by luminance (0 to 255) and hue.</summary>
internal static class PageColors
{
    private const float RedWeight = 0.299f, GreenWeight = 0.587f, BlueWeight = 0.114f;

    /// <summary>Hues in degrees of pens and printed lines: blue, violet, red, brown, green.</summary>
    private static readonly float[] Hues = [225, 215, 240, 275, 0, 25, 140];

    public static float Luminance(SKColor color) => RedWeight * color.Red + GreenWeight * color.Green + BlueWeight * color.Blue;

    /// <summary>Returns a hue of pens and printed lines in degrees; null for gray.</summary>
    public static float? Hue(Random random, double gray) => random.NextDouble() < gray ? null : Hues[random.Next(Hues.Length)];

    /// <summary>Returns whether two hues, null for gray, look alike on lines and ink.</summary>
    public static bool IsSameHue(float? one, float? other) => one is { } a && other is { } b ? MathF.Abs(MathF.IEEERemainder(a - b, 360)) < 70 : one is null && other is null;

    /// <param name="hue">In degrees; null for gray.</param>
    /// <param name="saturation">0: gray. 1: the most saturated color of this luminance.</param>
    public static SKColor Of(float luminance, float? hue, float saturation)
    {
        luminance = Math.Clamp(luminance, 0, 255);
        if (hue is not { } angle) return Rgb(luminance, luminance, luminance);
        var pure = SKColor.FromHsv(angle, 100, 100);
        var gray = Luminance(pure);
        var (r, g, b) = (pure.Red - gray, pure.Green - gray, pure.Blue - gray);
        var most = new[] { r, g, b }.Min(d => d > 0 ? (255 - luminance) / d : d < 0 ? luminance / -d : float.MaxValue);
        return Rgb(luminance + r * most * saturation, luminance + g * most * saturation, luminance + b * most * saturation);
    }

    public static SKColor Paper(bool isDark, Random random)
    {
        if (isDark)
        {
            return random.Next(4) switch
            {
                0 => SKColors.Black,
                1 => Of(PageRanges.DarkPaper.Draw(random), null, 0),
                2 => Of(Handwriting.Between(random, 45, PageRanges.DarkPaper.High), 150, 0.3f), // blackboard
                _ => Of(PageRanges.DarkPaper.Draw(random), 360 * random.NextSingle(), 0.6f * random.NextSingle()),
            };
        }
        return random.Next(5) switch
        {
            0 or 1 => SKColors.White,
            2 => Of(PageRanges.LightPaper.Draw(random), null, 0),
            3 => Of(Handwriting.Between(random, 225, 250), 45, Handwriting.Between(random, 0.2f, 0.6f)), // cream
            _ => Of(PageRanges.LightPaper.Draw(random), 360 * random.NextSingle(), random.NextSingle()),
        };
    }

    /// <summary>Returns the color between paper and ink with this fraction of the ink's contrast.</summary>
    public static SKColor Between(SKColor paper, SKColor ink, float contrast, float? hue, float saturation)
    {
        var from = Luminance(paper);
        return Of(from + contrast * (Luminance(ink) - from), hue, saturation);
    }

    private static SKColor Rgb(float red, float green, float blue) => new(Byte(red), Byte(green), Byte(blue));

    private static byte Byte(float value) => (byte)Math.Clamp(MathF.Round(value), 0, 255);
}
