namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Scales a plane: area averaging for downscaling, bilinear interpolation for upscaling.</summary>
internal static class Resampler
{
    /// <param name="source">The plane to scale. Pixels outside it count as 0.</param>
    /// <param name="left">Left edge of the result in source pixels; the left edge of the source is 0.</param>
    /// <param name="top">Top edge of the result in source pixels; the top edge of the source is 0.</param>
    /// <param name="scale">Source pixels per result pixel. A scale of 1 or more downscales.</param>
    /// <param name="width">Width of the result in pixels.</param>
    /// <param name="height">Height of the result in pixels.</param>
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

    /// <summary>
    /// Returns the index of the first source pixel that contributes to a result pixel, and the weights of this and the following source pixels. There are no
    /// weights if the result pixel is outside the source.
    /// </summary>
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
