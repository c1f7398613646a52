namespace MnistService.Benchmarks.Images;

/// <summary>Repetitions of <see cref="ImageSpeedBenchmark"/>.</summary>
internal sealed record ImageSpeedPlan
{
    /// <summary>Number of rounds. Each round measures every image in every pipeline.</summary>
    public int Rounds { get; init; } = 11;

    /// <summary>Time of one measurement (one image in one pipeline).</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>Warm-up per image and pipeline before the first round, so that the JIT compiler has finished optimizing the code.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Starts of the service per image whose first request is measured.</summary>
    public int Starts { get; init; } = 3;

    /// <summary>Number of requests after which the service is warm, and of the requests that are then measured.</summary>
    public int WarmRequests { get; init; } = 40;

    /// <summary>Whether this is a smoke test. Its figures are not meaningful and are not written to <c>results/</c>.</summary>
    public bool IsQuick { get; private init; }

    internal static ImageSpeedPlan Quick { get; } = new()
    {
        Rounds = 1,
        Window = TimeSpan.FromMilliseconds(1),
        WarmUp = TimeSpan.FromMilliseconds(1),
        Starts = 1,
        WarmRequests = 3,
        IsQuick = true,
    };
}
