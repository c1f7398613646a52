using System.Globalization;

namespace MnistService.Benchmarks.Load;

/// <summary>Median and range of repeated measurements of one quantity.</summary>
internal readonly record struct Spread(double Median, double Lowest, double Highest)
{
    internal static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new(MedianOf(sorted), sorted[0], sorted[^1]);
    }

    /// <param name="sorted">At least one value, in ascending order.</param>
    internal static double MedianOf(double[] sorted) => (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;

    /// <summary>Formats the values as "median (lowest–highest)".</summary>
    /// <param name="format">.NET format string of each number, for example <c>F2</c> or <c>N0</c>.</param>
    internal string Text(string format)
    {
        return $"{Number(Median)} ({Number(Lowest)}–{Number(Highest)})";

        string Number(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
