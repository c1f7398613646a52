using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Interpretations;

/// <summary>
/// Keeps the strokes that are thicker than the lines of an image, by a morphological opening. Variables named "depth" contain the distance in pixels of each
/// ink pixel from the nearest paper.
/// </summary>
internal static class ThickStrokes
{
    /// <summary>
    /// Minimum threshold that separates thin from thick strokes, as half of a stroke's thickness in pixels. If the computed threshold is smaller, the strokes
    /// are too thin to be distinguished from lines, and <see cref="Open"/> returns <c>null</c>.
    /// </summary>
    private const float LeastDepth = 1.25f;

    /// <summary>Minimum number of pixels in the middle of strokes. With fewer pixels, strokes are not divided into thin and thick strokes.</summary>
    private const int LeastPixels = 8;

    /// <summary>Number of bins per pixel of distance, in the histogram of the distances of ink pixels from the nearest paper pixel.</summary>
    private const int Bins = 16;

    /// <summary>
    /// Distances in pixels from the nearest paper pixel are ignored if they are at least this value. Such distances occur only if there is no paper
    /// pixel: <see cref="DistanceTransform.To"/> then returns 1,000,000.
    /// </summary>
    private const float Far = 100_000;

    /// <summary>Erases the thin strokes of an image.</summary>
    /// <param name="map">Foreground map of the image.</param>
    /// <returns>The ink of the thick strokes; <c>null</c> if thin and thick strokes cannot be distinguished.</returns>
    /// <exception cref="ImageException">The image has no ink.</exception>
    public static ForegroundMap? Open(ForegroundMap map)
    {
        var (ink, threshold) = (map.Ink, DigitSegmentation.Threshold(map));
        var depth = DistanceTransform.To(ink, value => value <= threshold);
        var middles = CountMiddles(depth);
        if (middles.Sum() < LeastPixels) return null;
        var split = Split(middles);
        if (split < LeastDepth) return null;
        var distance = DistanceTransform.To(depth, value => value > split);
        var strokes = new Plane(ink.Width, ink.Height);
        for (var i = 0; i < strokes.Values.Length; i++)
            if (distance.Values[i] <= split + 0.5f) strokes.Values[i] = ink.Values[i];
        return map with { Ink = strokes };
    }

    /// <summary>
    /// Computes a histogram of the distances from the nearest paper for the pixels in the middle of strokes. In the middle of a stroke, the distance is half of
    /// the stroke's thickness.
    /// </summary>
    /// <param name="depth">Distance in pixels of each pixel from the nearest paper.</param>
    /// <returns>Number of pixels per bin: bin i contains the distances from i/16 to (i+1)/16 pixels.</returns>
    private static int[] CountMiddles(Plane depth)
    {
        var counts = new int[(int)(Bins * depth.Values.Where(value => value < Far).DefaultIfEmpty().Max()) + 1];
        for (var y = 1; y < depth.Height - 1; y++)
        {
            var above = depth.Row(y - 1);
            var row = depth.Row(y);
            var below = depth.Row(y + 1);
            for (var x = 1; x < row.Length - 1; x++)
            {
                var value = row[x];
                if (value is > 0 and < Far && value >= row[x - 1] && value >= row[x + 1] && value >= above[x] && value >= below[x]) counts[(int)(Bins * value)]++;
            }
        }
        return counts;
    }

    /// <summary>
    /// Returns the threshold that separates thin from thick strokes, as a distance in pixels from the middle of a stroke to the nearest paper. Uses Otsu's
    /// method on the logarithms of these distances. Returns 0 if all distances are in one bin.
    /// </summary>
    /// <param name="counts">Histogram of the distances: the result of <see cref="CountMiddles"/>.</param>
    private static float Split(int[] counts)
    {
        var (all, sum) = (counts.Sum(), counts.Index().Sum(bin => bin.Item * Logarithm(bin.Index)));
        var (most, split, thin, logarithms) = (0.0, 0f, 0, 0.0);
        for (var bin = 0; bin < counts.Length - 1; bin++)
        {
            (thin, logarithms) = (thin + counts[bin], logarithms + counts[bin] * Logarithm(bin));
            if (counts[bin] == 0 || thin == all) continue;
            var difference = logarithms / thin - (sum - logarithms) / (all - thin);
            var between = difference * difference * thin * (all - thin);
            if (between <= most) continue;
            var next = bin + 1;
            while (counts[next] == 0) next++;
            (most, split) = (between, (bin + next + 1f) / 2 / Bins);
        }
        return split;

        static double Logarithm(int bin) => Math.Log((bin + 0.5) / Bins);
    }
}
