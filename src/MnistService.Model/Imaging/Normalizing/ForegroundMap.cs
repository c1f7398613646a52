namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Foreground map: the number of gray levels by which each pixel is darker (dark ink) or lighter (light ink) than the paper; 0 = paper.</summary>
/// <param name="Ink">Differences from the paper in gray levels, 0 or more.</param>
/// <param name="Noise">Standard deviation of the paper's noise in gray levels.</param>
/// <param name="IsDark">Polarity: <c>true</c> if ink is darker than the paper.</param>
internal sealed record ForegroundMap(Plane Ink, double Noise, bool IsDark)
{
    /// <summary>Whether the brightness of the paper was measured locally, because the image has a hard shadow: see <see cref="CastShadow"/>.</summary>
    public bool IsLocal { get; private init; }

    /// <summary>The limit that was applied to <see cref="Noise"/>, in gray levels.</summary>
    public double MostNoise { get; private init; } = double.PositiveInfinity;

    /// <summary>If the noise is above this number of gray levels, the channels are smoothed once before ink is measured.</summary>
    private const double SmoothedNoise = 3;

    /// <summary>Minimum ink in gray levels of a pixel that is not paper.</summary>
    public double Faintest => Math.Max(DigitSegmentation.FaintestInk, 5 * Noise);

    /// <summary>Measures the ink of an image.</summary>
    /// <param name="page">The image or a region of an image: one plane (gray) or three planes (RGB), values 0–255.</param>
    /// <param name="invert">Polarity of the ink. With Auto, the polarity with more ink is chosen.</param>
    /// <param name="mayBeLocal">Whether a hard shadow is possible. In a region that a thick stroke fills, the local brightness would be that of the stroke.</param>
    /// <param name="mostNoise">Maximum noise in gray levels. Many lines look like noise, and would hide the ink between them.</param>
    public static ForegroundMap Measure(PageColors page, InvertMode invert, bool mayBeLocal = true, double mostNoise = double.PositiveInfinity)
    {
        var papers = page.Channels.Select(BackgroundModel.Fit).ToArray();
        var noise = Math.Min(mostNoise, papers.Max(paper => paper.Noise));
        var channels = page.Channels;
        if (noise > SmoothedNoise)
        {
            channels = [.. channels.Select(Smooth)];
            noise *= 0.4; // weighted mean of nine pixels: √(36/256) = 0.375 for independent noise, rounded up
        }
        var ink = FromPaper(channels, (c, y, row) => papers[c].Row(y, row), noise, invert) with { MostNoise = mostNoise };
        if (!mayBeLocal || !CastShadow.IsSuspected(ink.Ink, ink.Faintest)) return ink;
        var near = Array.ConvertAll(channels, CastShadow.PaperNear);
        var strokes = FromPaper(channels, (c, y, row) => CastShadow.Row(near[c], y, row), noise, invert);
        return CastShadow.LeavesStrokes(Strength(strokes.Ink, noise), Strength(ink.Ink, noise)) ? strokes with { IsLocal = true, MostNoise = mostNoise } : ink;
    }

    /// <summary>Writes the brightness of the paper, in gray levels, for each pixel of row <paramref name="y"/> of a channel.</summary>
    private delegate void PaperRow(int channel, int y, Span<float> row);

    private static ForegroundMap FromPaper(Plane[] channels, PaperRow paper, double noise, InvertMode invert)
    {
        var (width, height) = (channels[0].Width, channels[0].Height);
        var (dark, light, row) = (new Plane(width, height), new Plane(width, height), new float[width]);
        for (var c = 0; c < channels.Length; c++)
        {
            for (var y = 0; y < height; y++)
            {
                paper(c, y, row);
                var values = channels[c].Row(y);
                var darker = dark.Row(y);
                var lighter = light.Row(y);
                for (var x = 0; x < row.Length; x++)
                {
                    var difference = row[x] - values[x];
                    darker[x] = MathF.Max(darker[x], difference);
                    lighter[x] = MathF.Max(lighter[x], -difference);
                }
            }
        }
        var isDark = invert == InvertMode.Auto ? Strength(dark, noise) >= Strength(light, noise) : invert == InvertMode.Always;
        return new(isDark ? dark : light, noise, isDark);
    }

    /// <summary>
    /// Returns the sum of squared ink over the pixels whose ink exceeds four times the noise. Because of the square, a little strong ink outweighs a wide, faint
    /// shadow.
    /// </summary>
    private static double Strength(Plane plane, double noise)
    {
        var sum = 0.0;
        foreach (var value in plane.Values)
            if (value > 4 * noise) sum += value * value;
        return sum;
    }

    private static Plane Smooth(Plane plane)
    {
        var result = new Plane(plane.Width, plane.Height);
        for (var y = 0; y < plane.Height; y++)
        {
            var (above, below) = (Math.Max(0, y - 1), Math.Min(plane.Height - 1, y + 1));
            for (var x = 0; x < plane.Width; x++)
            {
                var (left, right) = (Math.Max(0, x - 1), Math.Min(plane.Width - 1, x + 1));
                result[x, y] = (plane[left, above] + plane[right, above] + plane[left, below] + plane[right, below]
                    + 2 * (plane[x, above] + plane[x, below] + plane[left, y] + plane[right, y]) + 4 * plane[x, y]) / 16;
            }
        }
        return result;
    }
}
