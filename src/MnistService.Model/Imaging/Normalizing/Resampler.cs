namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Scales a plane: by the average of the covered area when it shrinks, linearly when it grows.</summary>
internal static class Resampler
{
    /// <param name="source">What is scaled; it is 0 outside.</param>
    /// <param name="left">Where the result begins, in pixels of the source, edges counted from 0.</param>
    /// <param name="top">The same, down.</param>
    /// <param name="scale">Pixels of the source for one of the result.</param>
    /// <param name="width">Of the result.</param>
    /// <param name="height">Of the result.</param>
    public static Plane Resample(Plane source, double left, double top, double scale, int width, int height)
    {
        var across = new Plane(width, source.Height);
        for (var x = 0; x < width; x++)
        {
            var (first, weights) = Weights(left + x * scale, scale, source.Width);
            for (var y = 0; y < source.Height; y++)
            {
                var sum = 0f;
                for (var i = 0; i < weights.Length; i++) sum += weights[i] * source[first + i, y];
                across[x, y] = sum;
            }
        }
        var result = new Plane(width, height);
        for (var y = 0; y < height; y++)
        {
            var (first, weights) = Weights(top + y * scale, scale, source.Height);
            for (var i = 0; i < weights.Length; i++)
                for (var x = 0; x < width; x++) result[x, y] += weights[i] * across[x, first + i];
        }
        return result;
    }

    /// <summary>The source pixels that one result pixel sees, and how much of each; none where it lies outside.</summary>
    private static (int First, float[] Weights) Weights(double start, double scale, int length)
    {
        var shrinks = scale >= 1;
        var (low, high) = shrinks ? (start, start + scale) : (start + scale / 2 - 1, start + scale / 2 + 1);
        var first = Math.Max(0, (int)Math.Floor(low));
        var end = Math.Min(length, (int)Math.Ceiling(high));
        if (end <= first) return (0, []);
        var weights = new float[end - first];
        for (var i = 0; i < weights.Length; i++)
        {
            var pixel = first + i;
            weights[i] = (float)(shrinks
                ? (Math.Min(high, pixel + 1) - Math.Max(low, pixel)) / scale
                : Math.Max(0, 1 - Math.Abs(pixel + 0.5 - (start + scale / 2))));
        }
        return (first, weights);
    }
}
