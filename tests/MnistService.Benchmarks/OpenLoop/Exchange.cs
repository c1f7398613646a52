namespace MnistService.Benchmarks.OpenLoop;

/// <summary>A request and its response. Times count from the start of the schedule.</summary>
/// <param name="Due">Scheduled send time.</param>
/// <param name="Answered">Time at which the response was complete.</param>
/// <param name="Status">HTTP status of the response.</param>
internal readonly record struct Exchange(TimeSpan Due, TimeSpan Answered, int Status)
{
    internal const int Accepted = 200, Refused = 429;

    internal double Milliseconds => (Answered - Due).TotalMilliseconds;

    /// <param name="exchanges">The measured exchanges, in any order.</param>
    /// <param name="part">Quantile as a fraction, for example 0.99; less than 1.</param>
    /// <returns>The quantile of the latency in milliseconds; NaN if there are no exchanges.</returns>
    internal static double Percentile(IEnumerable<Exchange> exchanges, double part)
    {
        double[] sorted = [.. exchanges.Select(exchange => exchange.Milliseconds).Order()];
        return sorted.Length == 0 ? double.NaN : sorted[(int)(sorted.Length * part)];
    }
}
