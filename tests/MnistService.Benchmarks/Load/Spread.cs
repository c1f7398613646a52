using System.Globalization;

namespace MnistService.Benchmarks.Load;

/// <summary>Several measurements of one thing.</summary>
internal readonly record struct Spread(double Median, double Lowest, double Highest)
{
    internal static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new(MedianOf(sorted), sorted[0], sorted[^1]);
    }

    /// <param name="sorted">One at least.</param>
    internal static double MedianOf(double[] sorted) => (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;

    /// <summary>Median, and lowest to highest.</summary>
    /// <param name="format">Of each number: <c>F2</c>, <c>N0</c>.</param>
    internal string Text(string format)
    {
        return $"{Number(Median)} ({Number(Lowest)}–{Number(Highest)})";

        string Number(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
