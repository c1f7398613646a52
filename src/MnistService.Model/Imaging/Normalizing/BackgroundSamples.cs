using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Samples of a color channel on a regular grid of pixels. <see cref="BackgroundModel"/> fits the brightness of the paper to these samples.</summary>
internal sealed class BackgroundSamples
{
    /// <summary>
    /// Number of terms of the quadratic surface: 1, u, v, u², uv and v², where u and v are the horizontal and the vertical position from -1 to 1.
    /// </summary>
    public const int Terms = 6;

    private const int SamplesOnASide = 48;

    private readonly double[] _u, _v; // horizontal and vertical position of each sample, from -1 (left, top) to 1 (right, bottom)

    private BackgroundSamples(int count) => (_u, _v, Values) = (new double[count], new double[count], new double[count]);

    public int Count => Values.Length;

    /// <summary>Brightness of each sample in gray levels.</summary>
    public double[] Values { get; }

    public static BackgroundSamples Take(Plane channel)
    {
        var (dx, dy) = (Math.Max(1, channel.Width / SamplesOnASide), Math.Max(1, channel.Height / SamplesOnASide));
        var (left, top) = (dx / 2, dy / 2);
        var samples = new BackgroundSamples(((channel.Width - left + dx - 1) / dx) * ((channel.Height - top + dy - 1) / dy));
        var i = 0;
        for (var y = top; y < channel.Height; y += dy)
            for (var x = left; x < channel.Width; x += dx) (samples._u[i], samples._v[i], samples.Values[i++]) = (x / (double)channel.Width * 2 - 1, y / (double)channel.Height * 2 - 1, channel[x, y]);
        return samples;
    }

    /// <summary>Measures by how many gray levels each sample differs from a quadratic surface.</summary>
    /// <param name="surface">Coefficients of the surface, in the order of the terms 1, u, v, u², uv and v² (see <see cref="Terms"/>).</param>
    /// <param name="distances">Receives the absolute difference of each sample, in gray levels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MeasureDistances(ReadOnlySpan<double> surface, Span<double> distances)
    {
        var i = 0;
        for (; i <= Count - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var (u, v, value) = (Vector256.LoadUnsafe(ref _u[i]), Vector256.LoadUnsafe(ref _v[i]), Vector256.LoadUnsafe(ref Values[i]));
            var level = Vector256.Create(surface[0]) + u * (Vector256.Create(surface[1]) + surface[3] * u + surface[4] * v) + v * (Vector256.Create(surface[2]) + surface[5] * v);
            Vector256.Abs(value - level).CopyTo(distances[i..]);
        }
        for (; i < Count; i++)
        {
            var (u, v) = (_u[i], _v[i]);
            var level = surface[0] + u * (surface[1] + surface[3] * u + surface[4] * v) + v * (surface[2] + surface[5] * v);
            distances[i] = Math.Abs(Values[i] - level);
        }
    }

    /// <summary>
    /// Replaces a quadratic surface by the least-squares fit to the samples within the tolerance. The surface stays unchanged if fewer than 24 samples (four
    /// per term), or at most a quarter of all samples, are within the tolerance.
    /// </summary>
    /// <param name="surface">
    /// Coefficients of the current surface, in the order of the terms 1, u, v, u², uv and v² (see <see cref="Terms"/>). Replaced by the coefficients of the
    /// fitted surface.
    /// </param>
    /// <param name="distances">Absolute difference of each sample from the current surface, in gray levels.</param>
    /// <param name="tolerance">Maximum difference, in gray levels, between the current surface and a sample that is used for the fit.</param>
    /// <returns>Number of samples within the tolerance of the current surface.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Fit(Span<double> surface, ReadOnlySpan<double> distances, double tolerance)
    {
        // Each row of the normal equations has seven numbers, which are sums over the samples. Row i contains term i × each of the six terms, and term i ×
        // brightness. Two vectors of four numbers hold a row.
        Span<Vector256<double>> rows = stackalloc Vector256<double>[2 * Terms];
        rows.Clear();
        var used = 0;
        for (var i = 0; i < distances.Length; i++)
        {
            if (distances[i] > tolerance) continue;
            var (u, v) = (_u[i], _v[i]);
            var (first, second) = (Vector256.Create(1, u, v, u * u), Vector256.Create(u * v, v * v, Values[i], 0));
            AddRow(rows, 0, 1, first, second);
            AddRow(rows, 1, u, first, second);
            AddRow(rows, 2, v, first, second);
            AddRow(rows, 3, u * u, first, second);
            AddRow(rows, 4, u * v, first, second);
            AddRow(rows, 5, v * v, first, second);
            used++;
        }
        if (used >= 4 * Terms && used * 4 > Count) Solve(rows, surface);
        return used;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(Span<Vector256<double>> rows, int term, double value, Vector256<double> first, Vector256<double> second)
    {
        rows[2 * term] += value * first;
        rows[2 * term + 1] += value * second;
    }

    private static void Solve(ReadOnlySpan<Vector256<double>> rows, Span<double> surface)
    {
        var equations = new double[Terms, Terms + 1];
        for (var i = 0; i < Terms; i++)
            for (var j = 0; j <= Terms; j++) equations[i, j] = rows[2 * i + j / 4][j % 4];
        // Gauss–Jordan elimination. Ridge regularization adds a value to the diagonal, so that the surface stays flat if the samples determine its shape
        // poorly.
        for (var i = 1; i < Terms; i++) equations[i, i] += 1e-3 * equations[0, 0];
        for (var i = 0; i < Terms; i++)
        {
            for (var row = 0; row < Terms; row++)
            {
                if (row == i) continue;
                var factor = equations[row, i] / equations[i, i];
                for (var column = i; column <= Terms; column++) equations[row, column] -= factor * equations[i, column];
            }
        }
        for (var i = 0; i < Terms; i++) surface[i] = equations[i, Terms] / equations[i, i];
    }
}
