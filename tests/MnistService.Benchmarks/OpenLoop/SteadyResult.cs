namespace MnistService.Benchmarks.OpenLoop;

/// <summary>Result of one window at a steady request rate.</summary>
/// <param name="Rate">Requests per second.</param>
/// <param name="MedianMs">Median latency in milliseconds.</param>
/// <param name="P99Ms">99th percentile of the latency in milliseconds.</param>
/// <param name="Failed">Number of requests with a status other than 200.</param>
internal sealed record SteadyResult(double Rate, double MedianMs, double P99Ms, int Failed)
{
    internal static async Task<SteadyResult> MeasureAsync(OpenLoopSender sender, double rate, TimeSpan window)
    {
        var exchanges = await sender.SendAsync(Arrivals.Steady(rate, window));
        return new(rate, Exchange.Percentile(exchanges, 0.5), Exchange.Percentile(exchanges, 0.99), exchanges.Count(exchange => exchange.Status != Exchange.Accepted));
    }
}
