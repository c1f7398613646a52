using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Background model: the brightness of the empty paper in one color channel, as a quadratic surface over the pixel coordinates. The surface is fitted by
/// iterated least squares. Each iteration uses only the pixels whose brightness is close to the previous surface. The initial surface is the median brightness
/// of the border pixels, because a digit seldom covers the border.
/// </summary>
internal sealed class BackgroundModel
{
    private const int Fits = 5;

    /// <summary>
    /// A pixel always counts as paper if its brightness differs by at most this number of gray levels from the fitted surface. The rounding errors of a JPEG of
    /// uniform paper are smaller.
    /// </summary>
    private const double LeastTolerance = 4;

    /// <summary>
    /// If the noise of the paper exceeds this number of gray levels, the fit is repeated from another initial brightness. A photo seldom has so much noise, so
    /// the initial brightness was probably not that of the paper.
    /// </summary>
    private const double DoubtfulNoise = 12;

    private readonly double[] _surface = new double[BackgroundSamples.Terms];
    private readonly double _width, _height;

    private BackgroundModel(Plane channel) => (_width, _height) = (channel.Width, channel.Height);

    /// <summary>
    /// Noise of the paper: the standard deviation of its brightness from the fitted surface, in gray levels. The estimate is the scaled median of the
    /// deviations, so ink hardly affects the noise.
    /// </summary>
    public double Noise { get; private set; }

    public static BackgroundModel Fit(Plane channel)
    {
        var paper = new BackgroundModel(channel);
        var border = Border(channel);
        paper._surface[0] = Median.Of<double>([.. border]);
        var spread = Array.ConvertAll(border, value => Math.Abs(value - paper._surface[0]));
        var samples = BackgroundSamples.Take(channel);
        paper.Refine(samples, Math.Max(3 * LeastTolerance, 4.5 * Median.Of<double>(spread)), leastInliers: samples.Count);
        if (paper.Noise <= DoubtfulNoise) return paper;
        // Possible causes of so much noise: the border is not paper (a frame at the edge), or a thick stroke covers most of the image.
        var other = new BackgroundModel(channel);
        other._surface[0] = new[] { Mode(border), Mode(samples.Values) }.MaxBy(level => ShareNear(border, level) + ShareNear(samples.Values, level));
        // Normally, a quarter of the samples must be inliers. A tenth is enough if the border is mostly paper: an image that is cropped to a thick stroke has
        // little paper inside.
        other.Refine(samples, 3 * LeastTolerance, leastInliers: samples.Count / (ShareNear(border, other._surface[0]) > 0.5 ? 10 : 4));
        return other.Noise < paper.Noise / 3 ? other : paper;
    }

    private static double ShareNear(double[] values, double level) => values.Count(value => Math.Abs(value - level) <= 3 * LeastTolerance) / (double)values.Length;

    /// <summary>Fits the brightness of the paper in up to five iterations of least squares, and measures the noise.</summary>
    /// <param name="tolerance">
    /// Initial maximum difference, in gray levels, between the surface and a sample that counts as paper. Later iterations reduce the maximum difference to
    /// three times the noise, but not below 4.
    /// </param>
    /// <param name="leastInliers">
    /// Minimum number of inliers, the samples within the tolerance. With fewer inliers, the noise is measured on all samples. Otherwise, the noise is measured
    /// on the inliers only.
    /// </param>
    private void Refine(BackgroundSamples samples, double tolerance, int leastInliers)
    {
        var (distances, measured) = (new double[samples.Count], new double[samples.Count]);
        samples.MeasureDistances(_surface, distances);
        for (var (fit, before) = (0, (0.0, 0)); fit < Fits; fit++)
        {
            var used = samples.Fit(_surface, distances, tolerance);
            if (before == (tolerance, used)) break; // converged: the tolerance and the number of inliers are unchanged
            before = (tolerance, used);
            samples.MeasureDistances(_surface, distances);
            var count = 0;
            foreach (var distance in distances)
                if (used < leastInliers || distance <= tolerance) measured[count++] = distance;
            // 1.48 × the median absolute deviation estimates the standard deviation of normally distributed noise. The digit's pixels hardly change the median.
            Noise = 1.48 * Median.Of(measured.AsSpan(0, count));
            tolerance = Math.Min(tolerance, Math.Max(LeastTolerance, 3 * Noise));
        }
    }

    /// <summary>Returns the most frequent brightness: the mean of the values in the window of 16 adjacent gray levels that contains the most values.</summary>
    private static double Mode(double[] values)
    {
        const int Width = 16;
        Span<int> counts = stackalloc int[256];
        foreach (var value in values) counts[(byte)Math.Clamp(value, 0, 255)]++;
        var (last, most, sum) = (0, 0, 0);
        for (var level = 0; level < 256; level++)
        {
            sum += counts[level] - (level >= Width ? counts[level - Width] : 0);
            if (sum > most) (last, most) = (level, sum);
        }
        var weighted = 0.0;
        for (var level = Math.Max(0, last - Width + 1); level <= last; level++) weighted += level * counts[level];
        return weighted / most;
    }

    /// <summary>Returns the brightness of the paper at a pixel, in gray levels. The result is not clamped to 0–255.</summary>
    public double At(int x, int y)
    {
        var (u, v) = (x / _width * 2 - 1, y / _height * 2 - 1);
        return _surface[0] + u * (_surface[1] + _surface[3] * u + _surface[4] * v) + v * (_surface[2] + _surface[5] * v);
    }

    /// <summary>
    /// Writes the brightness of the paper in gray levels for each pixel of row <paramref name="y"/>. The values are those of <see cref="At"/>, in single
    /// precision.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Row(int y, Span<float> row)
    {
        var v = y / _height * 2 - 1;
        // Within one row, the brightness is a quadratic function of u, the horizontal position from -1 (left) to 1 (right).
        var (constant, linear) = ((float)(_surface[0] + v * (_surface[2] + _surface[5] * v)), (float)(_surface[1] + _surface[4] * v));
        var (square, step) = ((float)_surface[3], (float)(2 / _width));
        var x = 0;
        for (; x <= row.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            var u = (Vector<float>.Indices + new Vector<float>(x)) * step - Vector<float>.One;
            (new Vector<float>(constant) + u * (new Vector<float>(linear) + square * u)).CopyTo(row[x..]);
        }
        for (; x < row.Length; x++)
        {
            var u = x * step - 1;
            row[x] = constant + u * (linear + square * u);
        }
    }

    private static double[] Border(Plane channel)
    {
        var border = new List<double>(2 * (channel.Width + channel.Height));
        for (var x = 0; x < channel.Width; x++) border.AddRange(channel[x, 0], channel[x, channel.Height - 1]);
        for (var y = 1; y < channel.Height - 1; y++) border.AddRange(channel[0, y], channel[channel.Width - 1, y]);
        return [.. border];
    }
}
