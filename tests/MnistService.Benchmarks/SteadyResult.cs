namespace MnistService.Benchmarks;

/// <summary>What <see cref="SteadySender"/> saw in one window.</summary>
/// <param name="Rate">Requests a second.</param>
/// <param name="MedianMs">Of the latencies.</param>
/// <param name="P99Ms">Their 99th percentile.</param>
/// <param name="Failed">Requests that were answered otherwise than with 200.</param>
internal sealed record SteadyResult(double Rate, double MedianMs, double P99Ms, int Failed);
