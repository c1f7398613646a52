using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Foreground map: the ink of each pixel in gray levels. The ink is the amount by which the pixel is darker than the paper (dark ink) or lighter than the paper
/// (light ink).
/// </summary>
/// <param name="Ink">Difference of each pixel from the paper in gray levels; 0 for paper.</param>
/// <param name="Noise">Standard deviation of the paper's noise in gray levels. If the image was smoothed, this is the noise after smoothing.</param>
/// <param name="IsDark">Polarity: <c>true</c> if ink is darker than the paper.</param>
internal sealed record ForegroundMap(Plane Ink, double Noise, bool IsDark)
{
    /// <summary>Whether the brightness of the paper was measured locally (<see cref="CastShadow"/>), because the image has a hard shadow.</summary>
    public bool IsLocal { get; private init; }

    /// <summary>
    /// Maximum noise of the paper in gray levels: <see cref="Measure"/> replaced a higher measured noise by this value. Infinity means no maximum.
    /// </summary>
    public double MostNoise { get; private init; } = double.PositiveInfinity;

    /// <summary>If the noise of the paper exceeds this number of gray levels, the color channels are smoothed once before the ink is measured.</summary>
    private const double SmoothedNoise = 3;

    /// <summary>Ink in gray levels above which a pixel is not paper: five times the standard deviation of the paper's noise, but at least 8.</summary>
    public double Faintest => Math.Max(DigitSegmentation.FaintestInk, 5 * Noise);

    /// <summary>Measures by how much each pixel of an image differs from the paper.</summary>
    /// <param name="page">The image or a region of an image: one plane (gray) or three planes (RGB), values 0–255.</param>
    /// <param name="invert">
    /// Polarity of the ink: Always for dark ink, Never for light ink. With Auto, the polarity with the larger sum of squared ink is chosen.
    /// </param>
    /// <param name="mayBeLocal">
    /// Whether the brightness of the paper is measured locally (<see cref="CastShadow"/>) if a hard shadow is suspected. Must be <c>false</c> for a region that
    /// a thick stroke can fill, because the local brightness would be that of the stroke.
    /// </param>
    /// <param name="mostNoise">
    /// Maximum noise of the paper in gray levels. A higher measured noise is replaced by this value. Many ruled lines increase the measured noise. Without a
    /// maximum, the threshold (<see cref="Faintest"/>) could then exceed the ink between the lines.
    /// </param>
    public static ForegroundMap Measure(PageColors page, InvertMode invert, bool mayBeLocal = true, double mostNoise = double.PositiveInfinity)
    {
        var papers = page.Channels.Select(BackgroundModel.Fit).ToArray();
        var noise = Math.Min(mostNoise, papers.Max(paper => paper.Noise));
        var channels = page.Channels;
        if (noise > SmoothedNoise)
        {
            channels = [.. channels.Select(Smooth)];
            noise *= 0.4; // the weighted mean of nine pixels reduces independent noise to √(36/256) = 0.375 of its value; rounded up
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
        var (dark, light, row) = (Plane.CreateUninitialized(width, height), Plane.CreateUninitialized(width, height), new float[width]);
        for (var y = 0; y < height; y++)
        {
            dark.Row(y).Clear();
            light.Row(y).Clear();
            for (var c = 0; c < channels.Length; c++)
            {
                paper(c, y, row);
                AddDifferences(row, channels[c].Row(y), dark.Row(y), light.Row(y));
            }
        }
        var isDark = invert == InvertMode.Auto ? Strength(dark, noise) >= Strength(light, noise) : invert == InvertMode.Always;
        return new(isDark ? dark : light, noise, isDark);
    }

    /// <summary>
    /// Merges one color channel into the ink of a row. For each pixel, <paramref name="darker"/> becomes max(darker, paper − value), and
    /// <paramref name="lighter"/> becomes max(lighter, value − paper).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddDifferences(ReadOnlySpan<float> paper, ReadOnlySpan<float> values, Span<float> darker, Span<float> lighter)
    {
        var x = 0;
        for (; x <= paper.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            var difference = new Vector<float>(paper[x..]) - new Vector<float>(values[x..]);
            Vector.MaxNative(new Vector<float>(darker[x..]), difference).CopyTo(darker[x..]);
            Vector.MaxNative(new Vector<float>(lighter[x..]), -difference).CopyTo(lighter[x..]);
        }
        for (; x < paper.Length; x++)
        {
            var difference = paper[x] - values[x];
            darker[x] = MathF.Max(darker[x], difference);
            lighter[x] = MathF.Max(lighter[x], -difference);
        }
    }

    /// <summary>
    /// Returns the sum of squared ink over the pixels whose ink exceeds four times the noise. Because of the squares, a small area of strong ink outweighs a
    /// wide, faint shadow.
    /// </summary>
    private static double Strength(Plane plane, double noise)
    {
        var values = plane.Values.AsSpan();
        var (sum, limit) = (0.0, RowScan.AtMost(4 * noise));
        for (var i = RowScan.NextAbove(values, 0, limit); i < values.Length; i = RowScan.NextAbove(values, i, limit))
            for (; i < values.Length && values[i] > limit; i++) sum += values[i] * values[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Plane Smooth(Plane plane)
    {
        var result = Plane.CreateUninitialized(plane.Width, plane.Height);
        for (var y = 0; y < plane.Height; y++)
        {
            var above = plane.Row(Math.Max(0, y - 1));
            var row = plane.Row(y);
            var below = plane.Row(Math.Min(plane.Height - 1, y + 1));
            var target = result.Row(y);
            var x = 0;
            while (x < row.Length)
            {
                if (x > 0 && x + Vector<float>.Count < row.Length)
                {
                    (Sum(At(above, x - 1), At(above, x + 1), At(below, x - 1), At(below, x + 1), At(above, x), At(below, x), At(row, x - 1), At(row, x + 1), At(row, x)) / 16).CopyTo(target[x..]);
                    x += Vector<float>.Count;
                    continue;
                }
                var (left, right) = (Math.Max(0, x - 1), Math.Min(row.Length - 1, x + 1));
                target[x] = (above[left] + above[right] + below[left] + below[right] + 2 * (above[x] + below[x] + row[left] + row[right]) + 4 * row[x]) / 16;
                x++;
            }
        }
        return result;

        static Vector<float> At(ReadOnlySpan<float> row, int x) => new(row[x..]);

        static Vector<float> Sum(Vector<float> a, Vector<float> b, Vector<float> c, Vector<float> d, Vector<float> e, Vector<float> f, Vector<float> g, Vector<float> h, Vector<float> middle) =>
            a + b + c + d + 2 * (e + f + g + h) + 4 * middle;
    }
}
