namespace MnistService.Benchmarks.Load;

/// <summary>Durations and repetitions of <see cref="LoadBenchmark"/>.</summary>
internal sealed record LoadPlan
{
    /// <summary>Number of rounds. Each round measures every server.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Duration of one measurement (one server, one number of connections). wrk requires whole seconds.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Warm-up per server before the first round, so that the JIT compiler has finished optimizing the code.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(8);

    public int Starts { get; init; } = 5;

    /// <summary>Duration of the measurement of processor time without requests.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether this is a smoke test. Its figures are not meaningful and are not written to <c>results/</c>.</summary>
    public bool IsQuick { get; private init; }

    internal static LoadPlan Quick { get; } = new()
    {
        Rounds = 1,
        Window = TimeSpan.FromSeconds(1),
        WarmUp = TimeSpan.FromSeconds(1),
        Starts = 1,
        Idle = TimeSpan.FromSeconds(2),
        IsQuick = true,
    };
}
