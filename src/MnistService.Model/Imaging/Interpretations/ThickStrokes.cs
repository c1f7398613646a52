using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Interpretations;

/// <summary>Keeps the strokes that are thicker than the lines of a page, by a morphological opening.</summary>
internal static class ThickStrokes
{
    /// <summary>Minimum depth in pixels that separates lines from strokes: half of their thickness. Thinner strokes cannot be distinguished from lines.</summary>
    private const float LeastDepth = 1.25f;

    /// <summary>Minimum number of pixels in the middle of strokes.</summary>
    private const int LeastPixels = 8;

    /// <summary>Number of bins per pixel of depth.</summary>
    private const int Bins = 16;

    /// <summary>A greater depth than in any image: the plane has no paper.</summary>
    private const float Far = 100_000;

    /// <param name="map">The ink of the page.</param>
    /// <returns>The ink of the thick strokes; <c>null</c> if all strokes are thin.</returns>
    /// <exception cref="ImageException">The page has no ink.</exception>
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

    /// <summary>Counts the depths in the middle of strokes, which are half of their thickness in pixels.</summary>
    /// <returns>Number of pixels per depth: index i counts the depths from i/16 to (i+1)/16.</returns>
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

    /// <summary>Returns the depth between thin and thick strokes: the threshold with the greatest variance between both classes (Otsu), of the logarithms.</summary>
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
