namespace MnistService.Benchmarks.Load;

/// <summary>All that was measured.</summary>
/// <param name="Rounds">One at least.</param>
/// <param name="Starts">One at least.</param>
/// <param name="IdlePercent">Of one processor, that the service took while nobody asked.</param>
internal sealed record LoadResult(IReadOnlyList<LoadRound> Rounds, IReadOnlyList<StartResult> Starts, double IdlePercent);
