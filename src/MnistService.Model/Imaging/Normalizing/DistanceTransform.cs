using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Exact Euclidean distance transform in linear time (Felzenszwalb and Huttenlocher, 2012).</summary>
internal static class DistanceTransform
{
    /// <summary>
    /// Distance in pixels that is returned if there is no pixel to measure the distance to. The value exceeds any distance within a plane. Its square is small
    /// enough to be added to squared distances in double precision.
    /// </summary>
    private const float Far = 1e6f;

    /// <param name="plane">Input values.</param>
    /// <param name="isInSet">Returns whether a pixel with this value belongs to the set to which distances are measured.</param>
    /// <returns>Per pixel, the distance in pixels to the nearest pixel of the set; 1,000,000 if the set is empty.</returns>
    public static Plane To(Plane plane, Func<float, bool> isInSet)
    {
        var result = Plane.CreateUninitialized(plane.Width, plane.Height);
        for (var i = 0; i < result.Values.Length; i++) result.Values[i] = isInSet(plane.Values[i]) ? 0 : Far;
        Transform(result);
        return result;
    }

    /// <returns>
    /// <c>ToAbove</c>: per pixel, the distance in pixels to the nearest pixel above the threshold. <c>ToOthers</c>: the distance to the nearest pixel that is
    /// not above the threshold. 1,000,000 if there is no such pixel.
    /// </returns>
    /// <inheritdoc cref="To"/>
    public static (Plane ToAbove, Plane ToOthers) ToBoth(Plane plane, double threshold)
    {
        var (above, others, limit) = (Plane.CreateUninitialized(plane.Width, plane.Height), Plane.CreateUninitialized(plane.Width, plane.Height), RowScan.AtMost(threshold));
        for (var i = 0; i < plane.Values.Length; i++)
        {
            var isAbove = plane.Values[i] > limit;
            (above.Values[i], others.Values[i]) = (isAbove ? 0 : Far, isAbove ? Far : 0);
        }
        Transform(above);
        Transform(others);
        return (above, others);
    }

    /// <summary>Replaces each value of a plane by the distance in pixels to the nearest pixel whose value is 0.</summary>
    /// <param name="plane">0 for the pixels to which distances are measured, <see cref="Far"/> for all other pixels. Modified in place.</param>
    private static void Transform(Plane plane)
    {
        // Vertical distances, row by row: each distance is at most one pixel more than the distance of the pixel above, and of the pixel below.
        for (var y = 1; y < plane.Height; y++) LimitTo(plane.Row(y), plane.Row(y - 1));
        for (var y = plane.Height - 2; y >= 0; y--) LimitTo(plane.Row(y), plane.Row(y + 1));
        TensorPrimitives.Multiply<float>(plane.Values, plane.Values, plane.Values);
        var (line, vertices, borders) = (new float[plane.Width], new int[plane.Width], new float[plane.Width + 1]);
        for (var y = 0; y < plane.Height; y++)
        {
            var row = plane.Row(y);
            row.CopyTo(line);
            // Pixels with distance 0 divide a row into gaps. For a pixel in a gap, the two pixels at the ends of the gap are nearer than all pixels outside the
            // gap. Therefore, each gap is transformed separately.
            for (var start = RowScan.NextAbove(line, 0, 0); start < line.Length;)
            {
                var end = RowScan.NextNotAbove(line, start, 0);
                Sweep(line, row, Math.Max(0, start - 1), Math.Min(line.Length, end + 1), vertices, borders);
                start = RowScan.NextAbove(line, end, 0);
            }
        }
        TensorPrimitives.Sqrt<float>(plane.Values, plane.Values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LimitTo(Span<float> row, ReadOnlySpan<float> neighbors)
    {
        var x = 0;
        for (; x <= row.Length - Vector<float>.Count; x += Vector<float>.Count)
            Vector.MinNative(new Vector<float>(row[x..]), new Vector<float>(neighbors[x..]) + Vector<float>.One).CopyTo(row[x..]);
        for (; x < row.Length; x++) row[x] = MathF.Min(row[x], neighbors[x] + 1);
    }

    /// <summary>
    /// Computes the squared distances of the pixels from <paramref name="start"/> up to <paramref name="end"/> (exclusive) of a row. The distances are the
    /// lower envelope of parabolas, one per pixel. The vertex of each parabola is at the column of its pixel.
    /// </summary>
    /// <param name="line">Squared vertical distances of the row's pixels: the heights of the vertices.</param>
    /// <param name="row">Receives the squared distances in pixels².</param>
    /// <param name="vertices">Scratch memory: the columns of the vertices of the envelope's parabolas.</param>
    /// <param name="borders">Scratch memory: the columns at which one parabola of the envelope ends and the next parabola begins.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the most frequent loop: fully optimized at the first call, without a slow instrumented version before
    private static void Sweep(ReadOnlySpan<float> line, Span<float> row, int start, int end, Span<int> vertices, Span<float> borders)
    {
        var last = 0;
        (vertices[0], borders[0], borders[1]) = (start, float.NegativeInfinity, float.PositiveInfinity);
        for (var i = start + 1; i < end; i++)
        {
            var border = Meeting(line, i, vertices[last]);
            while (border <= borders[last]) border = Meeting(line, i, vertices[--last]);
            vertices[++last] = i;
            (borders[last], borders[last + 1]) = (border, float.PositiveInfinity);
        }
        for (var (i, k) = (start, 0); i < end; i++)
        {
            while (borders[k + 1] < i) k++;
            row[i] = (i - vertices[k]) * (i - vertices[k]) + line[vertices[k]];
        }
    }

    private static float Meeting(ReadOnlySpan<float> line, int a, int b) => (float)(((double)line[a] + a * a - line[b] - b * b) / (2.0 * (a - b)));
}
