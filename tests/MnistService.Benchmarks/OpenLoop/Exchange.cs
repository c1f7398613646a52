namespace MnistService.Benchmarks.OpenLoop;

/// <summary>A request and its answer.</summary>
/// <param name="Due">When it should have been sent, from the beginning of the timetable.</param>
/// <param name="Answered">When the answer was complete.</param>
/// <param name="Status">Of the answer.</param>
internal readonly record struct Exchange(TimeSpan Due, TimeSpan Answered, int Status)
{
    internal const int Accepted = 200, Refused = 429;

    internal double Milliseconds => (Answered - Due).TotalMilliseconds;

    /// <returns>The milliseconds that so large a part of the exchanges took at most; not a number when there is none.</returns>
    internal static double Percentile(IEnumerable<Exchange> exchanges, double part)
    {
        double[] sorted = [.. exchanges.Select(exchange => exchange.Milliseconds).Order()];
        return sorted.Length == 0 ? double.NaN : sorted[(int)(sorted.Length * part)];
    }
}
