namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Exact Euclidean distance transform in linear time (Felzenszwalb and Huttenlocher, 2012).</summary>
internal static class DistanceTransform
{
    /// <summary>
    /// Initial squared distance. This value exceeds any squared distance within a plane, and adding such a distance to it is exact in double precision.
    /// </summary>
    private const float Far = 1e12f;

    /// <param name="plane">Input values.</param>
    /// <param name="isInSet">Returns whether a pixel with this value belongs to the set.</param>
    /// <returns>Per pixel, the distance in pixels to the nearest pixel of the set; 1,000,000 if the set is empty.</returns>
    public static Plane To(Plane plane, Func<float, bool> isInSet)
    {
        var result = new Plane(plane.Width, plane.Height);
        for (var i = 0; i < result.Values.Length; i++) result.Values[i] = isInSet(plane.Values[i]) ? 0 : Far;
        var longest = Math.Max(plane.Width, plane.Height);
        var (line, vertices, borders) = (new float[longest], new int[longest], new float[longest + 1]);
        for (var x = 0; x < plane.Width; x++) Sweep(result.Values, x, plane.Width, plane.Height, line, vertices, borders);
        for (var y = 0; y < plane.Height; y++) Sweep(result.Values, y * plane.Width, 1, plane.Width, line, vertices, borders);
        foreach (ref var value in result.Values.AsSpan()) value = MathF.Sqrt(value);
        return result;
    }

    /// <summary>Transforms one row or column in place: computes the lower envelope of the parabolas rooted at its pixels.</summary>
    private static void Sweep(float[] values, int start, int step, int length, float[] line, int[] vertices, float[] borders)
    {
        for (var i = 0; i < length; i++) line[i] = values[start + i * step];
        var last = 0;
        (vertices[0], borders[0], borders[1]) = (0, float.NegativeInfinity, float.PositiveInfinity);
        for (var i = 1; i < length; i++)
        {
            var border = Meeting(i, vertices[last]);
            while (border <= borders[last]) border = Meeting(i, vertices[--last]);
            vertices[++last] = i;
            (borders[last], borders[last + 1]) = (border, float.PositiveInfinity);
        }
        for (var (i, k) = (0, 0); i < length; i++)
        {
            while (borders[k + 1] < i) k++;
            values[start + i * step] = (i - vertices[k]) * (i - vertices[k]) + line[vertices[k]];
        }

        float Meeting(int a, int b) => (float)(((double)line[a] + a * a - line[b] - b * b) / (2.0 * (a - b)));
    }
}
