using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Overload;

/// <summary>Result at one request rate. Latencies are in milliseconds from the scheduled send time.</summary>
/// <param name="Factor">Request rate as a multiple of capacity.</param>
/// <param name="Offered">Scheduled requests per second.</param>
/// <param name="Goodput">Responses with status 200 per second, completed within the window.</param>
/// <param name="Refused">Fraction (0 to 1) of requests that got status 429.</param>
/// <param name="MedianMs">Median latency of accepted requests; NaN if there were none.</param>
/// <param name="P99Ms">99th percentile of the latency of accepted requests; NaN if there were none.</param>
/// <param name="RefusedP99Ms">99th percentile of the latency of rejected requests; NaN if there were none.</param>
/// <param name="Other">Number of requests with a status other than 200 and 429.</param>
internal sealed record OverloadStage(
    double Factor, double Offered, double Goodput, double Refused, double MedianMs, double P99Ms, double RefusedP99Ms, int Other)
{
    /// <param name="exchanges">The exchanges of this stage only.</param>
    internal static OverloadStage Of(double factor, TimeSpan window, IReadOnlyList<Exchange> exchanges)
    {
        Exchange[] accepted = [.. exchanges.Where(exchange => exchange.Status == Exchange.Accepted)];
        Exchange[] refused = [.. exchanges.Where(exchange => exchange.Status == Exchange.Refused)];
        return new(factor, exchanges.Count / window.TotalSeconds, accepted.Count(exchange => exchange.Answered <= window) / window.TotalSeconds, (double)refused.Length / exchanges.Count,
            Exchange.Percentile(accepted, 0.5), Exchange.Percentile(accepted, 0.99), Exchange.Percentile(refused, 0.99), exchanges.Count - accepted.Length - refused.Length);
    }
}
