namespace MnistService.Benchmarks.Overload;

/// <summary>Durations and repetitions of <see cref="OverloadBenchmark"/>.</summary>
internal sealed record OverloadPlan
{
    public int Rounds { get; init; } = 3;

    /// <summary>Duration of the measurement at one rate.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Warm-up per image. On one processor under load, the JIT compiler needs this time to finish optimizing the code.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Whether this is a smoke test. Its figures are not meaningful and are not written to <c>results/</c>.</summary>
    public bool IsQuick { get; private init; }

    internal static OverloadPlan Quick { get; } = new() { Rounds = 1, Window = TimeSpan.FromSeconds(2), WarmUp = TimeSpan.FromSeconds(1), IsQuick = true };
}
