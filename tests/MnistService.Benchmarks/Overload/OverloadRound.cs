namespace MnistService.Benchmarks.Overload;

/// <summary>Measurements of one image at all rates in sequence.</summary>
/// <param name="Picture">Display name of the image.</param>
/// <param name="Capacity">Closed-loop throughput: responses with status 200 per second.</param>
/// <param name="Stages">One stage per rate, in ascending order of <see cref="OverloadStage.Factor"/>.</param>
/// <param name="RecoverySeconds">
/// Seconds from the end of the last stage until the last rejected or slow response, while requests continue at half of capacity; 0 if there was none.
/// </param>
internal sealed record OverloadRound(string Picture, double Capacity, IReadOnlyList<OverloadStage> Stages, double RecoverySeconds)
{
    /// <summary>Goodput at the highest rate divided by capacity.</summary>
    internal double GoodputKept => Stages[^1].Goodput / Capacity;

    /// <summary>99th percentile of accepted requests at the highest rate divided by that at nine tenths of capacity.</summary>
    internal double P99Kept => Stages[^1].P99Ms / Stages.Single(stage => stage.Factor == OverloadBenchmark.Full).P99Ms;
}
