using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Interpretations;

/// <summary>Keeps the strokes that are thicker than the lines of a page, by a morphological opening.</summary>
internal static class ThickStrokes
{
    /// <summary>Lines and strokes are thinner and thicker than twice this depth in pixels; thinner strokes than this cannot be told from lines.</summary>
    private const float LeastDepth = 1.25f;

    /// <summary>Minimum number of pixels in the middle of strokes.</summary>
    private const int LeastPixels = 8;

    /// <param name="map">The ink of the page.</param>
    /// <returns>The ink of the thick strokes; <c>null</c> if all strokes are thin.</returns>
    /// <exception cref="ImageException">The page has no ink.</exception>
    public static ForegroundMap? Open(ForegroundMap map)
    {
        var (ink, threshold) = (map.Ink, DigitSegmentation.Threshold(map));
        var depth = DistanceTransform.To(ink, value => value <= threshold);
        var middles = Middles(depth);
        if (middles.Count < LeastPixels) return null;
        var split = Split(middles);
        if (split < LeastDepth) return null;
        var distance = DistanceTransform.To(depth, value => value > split);
        var strokes = new Plane(ink.Width, ink.Height);
        for (var i = 0; i < strokes.Values.Length; i++)
            if (distance.Values[i] <= split + 0.5f) strokes.Values[i] = ink.Values[i];
        return map with { Ink = strokes };
    }

    /// <summary>Returns the depths in the middle of strokes: half of the thickness in pixels.</summary>
    private static List<float> Middles(Plane depth)
    {
        var middles = new List<float>();
        for (var y = 1; y < depth.Height - 1; y++)
        {
            var above = depth.Row(y - 1);
            var row = depth.Row(y);
            var below = depth.Row(y + 1);
            for (var x = 1; x < row.Length - 1; x++)
            {
                var value = row[x];
                if (value > 0 && value >= row[x - 1] && value >= row[x + 1] && value >= above[x] && value >= below[x]) middles.Add(value);
            }
        }
        return middles;
    }

    /// <summary>Returns the depth between thin and thick strokes: the threshold with the greatest variance between both classes (Otsu), of the logarithms.</summary>
    private static float Split(List<float> depths)
    {
        depths.Sort();
        var (most, split, sum, thin) = (0.0, 0f, depths.Sum(depth => Math.Log(depth)), 0.0);
        for (var i = 1; i < depths.Count; i++)
        {
            thin += Math.Log(depths[i - 1]);
            if (depths[i] == depths[i - 1]) continue;
            var difference = thin / i - (sum - thin) / (depths.Count - i);
            var between = difference * difference * i * (depths.Count - i);
            if (between > most) (most, split) = (between, (depths[i] + depths[i - 1]) / 2);
        }
        return split;
    }
}
