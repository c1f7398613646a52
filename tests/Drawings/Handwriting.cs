using SkiaSharp;

namespace MnistService.Drawings;

/// <summary>Simulates one person's handwriting: turns the shape of a digit into pen strokes with random slant, width and wobble.</summary>
internal static class Handwriting
{
    /// <summary>Distance of a stroke's points, in units of the shape, which is 100 high.</summary>
    internal const float Step = 1.5f;

    /// <param name="digit">0 to 9.</param>
    /// <param name="random">Selects the shape and the handwriting.</param>
    /// <returns>Strokes as points in a box of height 1 (slightly more with wobble), centered at (0, 0).</returns>
    public static IReadOnlyList<SKPoint[]> Write(int digit, Random random)
    {
        var forms = DigitForms.Of(digit);
        var strokes = OfSvg(forms[random.Next(forms.Count)]);
        var hand = SKMatrix.CreateTranslation(-28, -50)
            .PostConcat(SKMatrix.CreateScale(Between(random, 0.8f, 1.1f), 1))
            .PostConcat(SKMatrix.CreateSkew(Between(random, -0.22f, 0.05f), 0)) // most people lean to the right
            .PostConcat(SKMatrix.CreateRotationDegrees(Between(random, -7, 7)))
            .PostConcat(SKMatrix.CreateScale(0.01f, 0.01f));
        var (phaseX, phaseY, size) = (Between(random, 0, 6.28f), Between(random, 0, 6.28f), Between(random, 0, 0.025f));
        return [.. strokes.Select(stroke => Array.ConvertAll(stroke, point => Wobble(hand.MapPoint(point))))];

        SKPoint Wobble(SKPoint p) => new(p.X + size * MathF.Sin(7 * p.Y + phaseX), p.Y + size * MathF.Sin(6 * p.X + phaseY));
    }

    /// <summary>Returns the strokes of SVG path data as points at most <see cref="Step"/> apart.</summary>
    internal static IReadOnlyList<SKPoint[]> OfSvg(string data)
    {
        using var path = SKPath.ParseSvgPathData(data);
        using var measure = new SKPathMeasure(path);
        var strokes = new List<SKPoint[]>();
        do
        {
            var count = (int)(measure.Length / Step) + 1;
            strokes.Add([.. Enumerable.Range(0, count + 1).Select(i => measure.GetPosition(measure.Length * i / count))]);
        }
        while (measure.NextContour());
        return strokes;
    }

    internal static float Between(Random random, float low, float high) => low + (high - low) * random.NextSingle();
}
