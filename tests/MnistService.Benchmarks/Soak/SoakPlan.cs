namespace MnistService.Benchmarks.Soak;

/// <summary>Duration and load of <see cref="SoakBenchmark"/>.</summary>
internal sealed record SoakPlan(TimeSpan Length)
{
    /// <summary>Time excluded from the first slope table: caches fill, code is compiled, and the first job loads libtorch.</summary>
    public TimeSpan WarmUp { get; } = Length / 6;

    /// <summary>Time after which the limit <see cref="MaxGrowth"/> applies to resident memory: 20 minutes of a one-hour run.</summary>
    public TimeSpan Settled { get; } = Length / 3;

    /// <summary>Maximum growth of resident memory, in megabytes per hour.</summary>
    public double MaxGrowth { get; } = 5;

    public TimeSpan BetweenSamples { get; } = Length / 240;

    /// <summary>Pause between two requests of one predicting client; an invalid client waits five times as long.</summary>
    public TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan BetweenSubmissions { get; } = TimeSpan.FromSeconds(15);

    public TimeSpan BetweenJobs { get; } = TimeSpan.FromSeconds(20);

    public int PredictClients { get; } = 6;

    public int BadClients { get; } = 2;
}
