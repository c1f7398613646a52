using System.Numerics.Tensors;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Interpretations;

/// <summary>
/// Separates the ink of an image by color, because the digit usually has a stronger color than lines, stains and boxes. The color of a pixel is a vector: its
/// difference from the paper per channel. The strength of a color is the length of its vector. The colors are found by k-means clustering.
/// </summary>
internal static class InkColors
{
    /// <summary>Maximum number of ink colors that are distinguished in an image: the number of clusters of k-means clustering.</summary>
    private const int MostColors = 3;

    /// <summary>Number of iterations of k-means clustering.</summary>
    private const int Rounds = 8;

    /// <summary>Maximum number of pixels that are clustered by color. If an image has more stroke pixels, every n-th of them is used.</summary>
    private const int Samples = 6_000;

    /// <summary>Minimum number of pixels in the middle of strokes. If an image has fewer such pixels, all its ink is treated as one color.</summary>
    private const int LeastSamples = 8;

    /// <summary>Two ink colors are merged if their distance in color space is at most this number of gray levels.</summary>
    private const float SameLevels = 30;

    /// <summary>Two ink colors are merged if their distance in color space is at most this fraction of the stronger color's distance from the paper.</summary>
    private const float SameFraction = 0.3f;

    /// <summary>
    /// Minimum ink of a pixel that belongs to a stroke of an ink color, as a fraction of the color's strength (its distance from the paper in color space).
    /// </summary>
    private const float Least = 0.6f;

    /// <summary>
    /// Maximum ink of a pixel that belongs to an ink color, as a multiple of the color's strength (its distance from the paper in color space). A pixel with
    /// more ink belongs to a stronger color.
    /// </summary>
    private const float Most = 1.4f;

    /// <summary>
    /// Maximum distance of a pixel from an ink color, as a fraction of the pixel's ink. <see cref="DistanceLevels"/> is added to this distance. The distance is
    /// measured in color space, from the line between the paper's color and the ink color. A pixel that is farther away has another ink color.
    /// </summary>
    private const float DistanceFraction = 0.3f;

    /// <summary>
    /// Constant part of the maximum distance of a pixel from an ink color, in gray levels. <see cref="DistanceFraction"/> has the part that is proportional to
    /// the pixel's ink.
    /// </summary>
    private const float DistanceLevels = 12;

    /// <summary>A pixel is considered to be in the middle of a stroke if its ink is at least this fraction of the ink of each of its four neighbors.</summary>
    private const float Middle = 0.93f;

    /// <summary>Splits a foreground map by ink color.</summary>
    /// <param name="page">The image, or a region of the image.</param>
    /// <param name="map">Foreground map of <paramref name="page"/>.</param>
    /// <returns>
    /// One foreground map per ink color, the strongest color first, each with the threshold in gray levels above which a pixel belongs to a stroke of this
    /// color. Empty if all ink has one color.
    /// </returns>
    /// <exception cref="ImageException">The image has no ink. Thrown during enumeration.</exception>
    public static IEnumerable<(ForegroundMap Ink, double Threshold)> Separate(PageColors page, ForegroundMap map) => Separate(Differences(page, map.IsDark), map);

    /// <summary>
    /// Returns the ink that differs from the paper in all color channels, for example black ink on a page with colored lines. Colored ink differs little from
    /// the paper in at least one channel, so it vanishes as it does behind a color filter. If the remaining ink has several strengths, only the strongest ink
    /// is returned.
    /// </summary>
    /// <param name="page">The image, or a region of the image.</param>
    /// <param name="map">Foreground map of <paramref name="page"/>.</param>
    /// <param name="mayTurn">
    /// Whether the polarity may differ from that of <paramref name="map"/>. On paper with colored squares, <paramref name="map"/> can contain the paper between
    /// the colored lines as ink.
    /// </param>
    /// <returns>The ink, and the threshold in gray levels above which a pixel belongs to a stroke; <c>null</c> for a grayscale image.</returns>
    /// <exception cref="ImageException">No pixel differs from the paper in all channels.</exception>
    public static (ForegroundMap Ink, double Threshold)? Common(PageColors page, ForegroundMap map, bool mayTurn)
    {
        if (page.Channels.Length == 1) return null;
        var (dark, light) = Smallest(page);
        var isDark = mayTurn ? TensorPrimitives.Max<float>(dark.Values) >= TensorPrimitives.Max<float>(light.Values) : map.IsDark;
        var common = map with { Ink = isDark ? dark : light, IsDark = isDark };
        foreach (var strongest in Separate([common.Ink], common)) return strongest;
        return (common, DigitSegmentation.Threshold(common));
    }

    private static IEnumerable<(ForegroundMap Ink, double Threshold)> Separate(Plane[] differences, ForegroundMap map)
    {
        var colors = Cluster(Sample(differences, map.Ink, DigitSegmentation.Threshold(map)));
        if (colors.Count < 2) yield break;
        foreach (var color in colors.OrderByDescending(Length))
        {
            var (ink, threshold) = (Project(differences, color), Math.Max(map.Faintest, Least * Length(color)));
            // The mean color of a wide cluster can be a color that no pixel has. Such a color has no ink and is left out.
            if (TensorPrimitives.Max<float>(ink.Values) > threshold) yield return (map with { Ink = ink }, threshold);
        }
    }

    /// <summary>Returns, per channel, the difference of each pixel from the paper in gray levels. Positive values are ink.</summary>
    private static Plane[] Differences(PageColors page, bool isDark)
    {
        var row = new float[page.Width];
        return Array.ConvertAll(page.Channels, channel =>
        {
            var (paper, result) = (BackgroundModel.Fit(channel), new Plane(channel.Width, channel.Height));
            for (var y = 0; y < channel.Height; y++)
            {
                paper.Row(y, row);
                var values = channel.Row(y);
                var difference = result.Row(y);
                for (var x = 0; x < row.Length; x++) difference[x] = isDark ? row[x] - values[x] : values[x] - row[x];
            }
            return result;
        });
    }

    /// <summary>
    /// Returns the smallest difference of each pixel from the paper over all color channels, in gray levels. The plane Dark contains the pixels that are darker
    /// than the paper in all channels; the plane Light contains the pixels that are lighter in all channels. All other values are 0.
    /// </summary>
    private static (Plane Dark, Plane Light) Smallest(PageColors page)
    {
        var papers = Array.ConvertAll(page.Channels, BackgroundModel.Fit);
        var (dark, light, row) = (new Plane(page.Width, page.Height), new Plane(page.Width, page.Height), new float[page.Width]);
        for (var y = 0; y < page.Height; y++)
        {
            var darker = dark.Row(y);
            var lighter = light.Row(y);
            darker.Fill(float.MaxValue);
            lighter.Fill(float.MaxValue);
            foreach (var (channel, paper) in page.Channels.Zip(papers))
            {
                paper.Row(y, row);
                TensorPrimitives.Subtract(row, channel.Row(y), row);
                TensorPrimitives.Min(darker, row, darker);
                TensorPrimitives.Negate(row, row);
                TensorPrimitives.Min(lighter, row, lighter);
            }
            TensorPrimitives.Max(darker, 0, darker);
            TensorPrimitives.Max(lighter, 0, lighter);
        }
        return (dark, light);
    }

    /// <summary>
    /// Returns the colors of pixels in the middle of strokes. Pixels at the edges of strokes are left out, because their colors are mixtures of paper and ink.
    /// </summary>
    private static List<float[]> Sample(Plane[] differences, Plane ink, double threshold)
    {
        var inside = new List<int>();
        for (var y = 1; y < ink.Height - 1; y++)
        {
            for (var x = 1; x < ink.Width - 1; x++)
            {
                var value = ink[x, y];
                if (value <= threshold) continue;
                var (left, right, above, below) = (ink[x - 1, y], ink[x + 1, y], ink[x, y - 1], ink[x, y + 1]);
                var across = Math.Max(left, right);
                if (value >= Middle * Math.Max(across, Math.Max(above, below)) || value >= across && value >= Math.Min(above, below)) inside.Add(y * ink.Width + x);
            }
        }
        var (step, samples) = ((inside.Count - 1) / Samples + 1, new List<float[]>());
        for (var i = 0; i < inside.Count; i += step) samples.Add(Array.ConvertAll(differences, plane => plane.Values[inside[i]]));
        return samples;
    }

    private static List<float[]> Cluster(List<float[]> samples)
    {
        if (samples.Count < LeastSamples) return [];
        var colors = new List<float[]> { samples.MaxBy(Length)! };
        while (colors.Count < MostColors) colors.Add(samples.MaxBy(sample => colors.Min(color => Distance(sample, color)))!);
        for (var round = 0; round < Rounds; round++)
            colors = [.. samples.GroupBy(sample => colors.MinBy(color => Distance(sample, color))).Select(cluster => Mean([.. cluster]))];
        for (var i = 0; i < colors.Count; i++)
        {
            for (var j = i + 1; j < colors.Count; j++)
            {
                if (Distance(colors[i], colors[j]) > Math.Max(SameLevels, SameFraction * Math.Max(Length(colors[i]), Length(colors[j])))) continue;
                colors[i] = Mean([colors[i], colors[j]]);
                colors.RemoveAt(j--);
            }
        }
        return colors;
    }

    /// <summary>
    /// Projects the color of each pixel onto an ink color; both are vectors of differences from the paper. Returns, per pixel, the length of the projection in
    /// gray levels, limited to the length of the ink color's vector; 0 for pixels of another color.
    /// </summary>
    private static Plane Project(Plane[] differences, float[] color)
    {
        var (length, result) = (Length(color), new Plane(differences[0].Width, differences[0].Height));
        for (var i = 0; i < result.Values.Length; i++)
        {
            var (along, squares) = (0f, 0f);
            for (var c = 0; c < color.Length; c++)
            {
                var value = differences[c].Values[i];
                (along, squares) = (along + value * color[c], squares + value * value);
            }
            along /= length;
            if (along <= 0 || along > Most * length) continue;
            var distance = MathF.Sqrt(MathF.Max(0, squares - along * along));
            if (distance <= DistanceFraction * along + DistanceLevels) result.Values[i] = MathF.Min(along, length);
        }
        return result;
    }

    private static float[] Mean(float[][] colors)
    {
        var mean = new float[colors[0].Length];
        foreach (var color in colors)
            for (var c = 0; c < mean.Length; c++) mean[c] += color[c] / colors.Length;
        return mean;
    }

    private static float Length(float[] color) => MathF.Sqrt(color.Sum(value => value * value));

    private static float Distance(float[] one, float[] other)
    {
        var sum = 0f;
        for (var c = 0; c < one.Length; c++) sum += (one[c] - other[c]) * (one[c] - other[c]);
        return MathF.Sqrt(sum);
    }
}
