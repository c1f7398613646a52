namespace MnistService.Benchmarks.Load;

/// <summary>All measurements of <see cref="LoadBenchmark"/>.</summary>
/// <param name="Rounds">At least one round.</param>
/// <param name="Starts">At least one start of the service.</param>
/// <param name="IdlePercent">Processor time of the service without requests, in percent of one core.</param>
internal sealed record LoadResult(IReadOnlyList<LoadRound> Rounds, IReadOnlyList<StartResult> Starts, double IdlePercent);
