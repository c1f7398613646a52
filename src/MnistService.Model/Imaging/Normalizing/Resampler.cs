using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Scales a plane: area averaging for downscaling, bilinear interpolation for upscaling.</summary>
internal static class Resampler
{
    /// <param name="source">The plane to scale. Pixels outside of the plane count as 0.</param>
    /// <param name="left">Position of the result's left edge in source pixels, measured from the left edge of the source.</param>
    /// <param name="top">Position of the result's top edge in source pixels, measured from the top edge of the source.</param>
    /// <param name="scale">Source pixels per result pixel, per side. A scale above 1 makes the result smaller.</param>
    /// <param name="width">Width of the result in pixels.</param>
    /// <param name="height">Height of the result in pixels.</param>
    public static Plane Resample(Plane source, double left, double top, double scale, int width, int height)
    {
        var across = new Plane(width, source.Height);
        var columns = new (int First, float[] Weights)[width];
        for (var x = 0; x < width; x++) columns[x] = Weights(left + x * scale, scale, source.Width);
        for (var y = 0; y < source.Height; y++)
        {
            var row = source.Row(y);
            var target = across.Row(y);
            if (RowScan.NextAbove(row, 0, 0) == row.Length) continue;
            for (var x = 0; x < columns.Length; x++)
            {
                var (first, weights) = columns[x];
                var sum = 0f;
                for (var i = 0; i < weights.Length; i++) sum += weights[i] * row[first + i];
                target[x] = sum;
            }
        }
        var result = new Plane(width, height);
        for (var y = 0; y < height; y++)
        {
            var (first, weights) = Weights(top + y * scale, scale, source.Height);
            for (var i = 0; i < weights.Length; i++) AddScaled(result.Row(y), across.Row(first + i), weights[i]);
        }
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(Span<float> sums, ReadOnlySpan<float> row, float weight)
    {
        var x = 0;
        for (; x <= sums.Length - Vector<float>.Count; x += Vector<float>.Count)
            (new Vector<float>(sums[x..]) + weight * new Vector<float>(row[x..])).CopyTo(sums[x..]);
        for (; x < sums.Length; x++) sums[x] += weight * row[x];
    }

    /// <summary>
    /// Returns the source pixels that contribute to one result pixel along one axis: the index of the first pixel, and one weight per pixel. There are no
    /// weights if the result pixel is outside the source.
    /// </summary>
    /// <param name="start">Position of the left or top edge of the result pixel, in source pixels.</param>
    /// <param name="scale">Source pixels per result pixel.</param>
    /// <param name="length">Number of source pixels along the axis.</param>
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
