namespace MnistService.Benchmarks.OpenLoop;

/// <summary>What was seen at a steady rate in one window.</summary>
/// <param name="Rate">Requests a second.</param>
/// <param name="MedianMs">Of the latencies.</param>
/// <param name="P99Ms">Their 99th percentile.</param>
/// <param name="Failed">Requests that were answered otherwise than with 200.</param>
internal sealed record SteadyResult(double Rate, double MedianMs, double P99Ms, int Failed)
{
    internal static async Task<SteadyResult> MeasureAsync(OpenLoopSender sender, double rate, TimeSpan window)
    {
        var exchanges = await sender.SendAsync(Arrivals.Steady(rate, window));
        return new(rate, Exchange.Percentile(exchanges, 0.5), Exchange.Percentile(exchanges, 0.99), exchanges.Count(exchange => exchange.Status != Exchange.Accepted));
    }
}
