namespace MnistService.Benchmarks.Soak;

/// <summary>Duration and load of <see cref="SoakBenchmark"/>.</summary>
internal sealed record SoakPlan(TimeSpan Length)
{
    /// <summary>Time after which the limit <see cref="MaxGrowth"/> applies to resident memory: 20 minutes of a one-hour run.</summary>
    public TimeSpan Settled { get; } = Length / 3;

    /// <summary>Maximum growth of resident memory at rest after <see cref="Settled"/>, in megabytes.</summary>
    public double MaxGrowth { get; } = 5;

    /// <summary>Number of rounds. After each round the load ends until memory was measured at rest.</summary>
    public int Rounds { get; } = 12;

    public TimeSpan Round => Length / Rounds;

    public TimeSpan BetweenSamples { get; } = Length / 240;

    /// <summary>Pause between two requests of one predicting client; an invalid client waits five times as long.</summary>
    public TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan BetweenSubmissions { get; } = TimeSpan.FromSeconds(15);

    public TimeSpan BetweenJobs { get; } = TimeSpan.FromSeconds(20);

    public int PredictClients { get; } = 6;

    public int BadClients { get; } = 2;
}
