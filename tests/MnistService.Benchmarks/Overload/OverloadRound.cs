namespace MnistService.Benchmarks.Overload;

/// <summary>One picture at all rates, one after the other.</summary>
/// <param name="Picture">Its name.</param>
/// <param name="Capacity">Requests a second that the service answers when all it is asked is to be as fast as it can.</param>
/// <param name="Stages">By <see cref="OverloadStage.Factor"/>, rising.</param>
/// <param name="RecoverySeconds">After the last of them, at half of capacity: until the last answer that was refused or slow.</param>
internal sealed record OverloadRound(string Picture, double Capacity, IReadOnlyList<OverloadStage> Stages, double RecoverySeconds)
{
    /// <summary>Goodput under the highest load, of capacity.</summary>
    internal double GoodputKept => Stages[^1].Goodput / Capacity;

    /// <summary>99th percentile of what is accepted under the highest load, of that at nine tenths of capacity.</summary>
    internal double P99Kept => Stages[^1].P99Ms / Stages.Single(stage => stage.Factor == OverloadBenchmark.Full).P99Ms;
}
