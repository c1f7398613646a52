namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// The colour of the empty paper in one channel: a surface of second degree, fitted to the pixels that are not far from it, again
/// and again. It begins as the median of the border, because a digit seldom covers the border.
/// </summary>
internal sealed class Paper
{
    private const int SamplesOnASide = 48, Fits = 5, Terms = 6;

    /// <summary>Grey levels within which a pixel is paper however even the paper is: the rounding of a JPEG.</summary>
    private const double LeastTolerance = 4;

    private readonly double[] _surface = new double[Terms];
    private readonly double _width, _height;

    private Paper(Plane channel) => (_width, _height) = (channel.Width, channel.Height);

    /// <summary>The standard deviation of the paper's grain in grey levels, ink left out.</summary>
    public double Noise { get; private set; }

    public static Paper Fit(Plane channel)
    {
        var paper = new Paper(channel);
        var border = Border(channel);
        paper._surface[0] = Median(border);
        for (var i = 0; i < border.Length; i++) border[i] = Math.Abs(border[i] - paper._surface[0]);
        var tolerance = Math.Max(3 * LeastTolerance, 4.5 * Median(border));
        var samples = Samples(channel);
        for (var (fit, before) = (0, (0.0, 0)); fit < Fits; fit++)
        {
            var used = paper.FitTo(samples, tolerance);
            if (before == (tolerance, used)) break; // the same samples: the same surface
            before = (tolerance, used);
            // 1.48 × the median distance is the standard deviation, and a digit's share of the pixels does not move it much.
            paper.Noise = 1.48 * Median([.. samples.Select(s => Math.Abs(s.Value - paper.At(s.X, s.Y)))]);
            tolerance = Math.Min(tolerance, Math.Max(LeastTolerance, 3 * paper.Noise));
        }
        return paper;
    }

    /// <summary>The paper's value at a pixel, 0–255.</summary>
    public double At(int x, int y)
    {
        var (u, v) = (x / _width * 2 - 1, y / _height * 2 - 1);
        return _surface[0] + u * (_surface[1] + _surface[3] * u + _surface[4] * v) + v * (_surface[2] + _surface[5] * v);
    }

    /// <summary>The paper's values along a row: what <see cref="At"/> says of each pixel.</summary>
    public void Row(int y, Span<float> row)
    {
        var v = y / _height * 2 - 1;
        // One row of the surface is a parabola in u.
        var (constant, linear) = ((float)(_surface[0] + v * (_surface[2] + _surface[5] * v)), (float)(_surface[1] + _surface[4] * v));
        var (square, step) = ((float)_surface[3], (float)(2 / _width));
        for (var x = 0; x < row.Length; x++)
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

    private static List<(int X, int Y, double Value)> Samples(Plane channel)
    {
        var (dx, dy) = (Math.Max(1, channel.Width / SamplesOnASide), Math.Max(1, channel.Height / SamplesOnASide));
        var samples = new List<(int X, int Y, double Value)>();
        for (var y = dy / 2; y < channel.Height; y += dy)
            for (var x = dx / 2; x < channel.Width; x += dx) samples.Add((x, y, channel[x, y]));
        return samples;
    }

    /// <summary>Least squares over the samples within the tolerance of the present surface; few of them leave it as it is.</summary>
    /// <returns>How many they were.</returns>
    private int FitTo(List<(int X, int Y, double Value)> samples, double tolerance)
    {
        var equations = new double[Terms, Terms + 1];
        var used = 0;
        Span<double> terms = stackalloc double[Terms];
        foreach (var (x, y, value) in samples)
        {
            if (Math.Abs(value - At(x, y)) > tolerance) continue;
            var (u, v) = (x / _width * 2 - 1, y / _height * 2 - 1);
            (terms[0], terms[1], terms[2], terms[3], terms[4], terms[5]) = (1, u, v, u * u, u * v, v * v);
            for (var i = 0; i < Terms; i++)
            {
                for (var j = i; j < Terms; j++) equations[i, j] += terms[i] * terms[j]; // the other half is the same
                equations[i, Terms] += terms[i] * value;
            }
            used++;
        }
        if (used >= 4 * Terms && used * 4 > samples.Count) Solve(equations);
        return used;
    }

    private void Solve(double[,] equations)
    {
        // Gauss–Jordan; the small term on the diagonal keeps a surface of few different samples flat instead of wild.
        for (var i = 1; i < Terms; i++)
        {
            equations[i, i] += 1e-3 * equations[0, 0];
            for (var j = 0; j < i; j++) equations[i, j] = equations[j, i];
        }
        for (var i = 0; i < Terms; i++)
        {
            for (var row = 0; row < Terms; row++)
            {
                if (row == i) continue;
                var factor = equations[row, i] / equations[i, i];
                for (var column = i; column <= Terms; column++) equations[row, column] -= factor * equations[i, column];
            }
        }
        for (var i = 0; i < Terms; i++) _surface[i] = equations[i, Terms] / equations[i, i];
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
