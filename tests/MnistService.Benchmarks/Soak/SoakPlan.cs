namespace MnistService.Benchmarks.Soak;

/// <summary>How long it lasts, and how much is sent.</summary>
internal sealed record SoakPlan(TimeSpan Length)
{
    /// <summary>Left out of the slopes: caches fill, code is compiled, libtorch is loaded by the first job.</summary>
    public TimeSpan WarmUp { get; } = Length / 6;

    /// <summary>From here on resident memory may grow by <see cref="MaxGrowth"/>: 20 minutes of an hour.</summary>
    public TimeSpan Settled { get; } = Length / 3;

    /// <summary>Megabytes per hour.</summary>
    public double MaxGrowth { get; } = 5;

    public TimeSpan BetweenSamples { get; } = Length / 240;

    /// <summary>Between two of one client's requests.</summary>
    public TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan BetweenSubmissions { get; } = TimeSpan.FromSeconds(15);

    public TimeSpan BetweenJobs { get; } = TimeSpan.FromSeconds(20);

    public int PredictClients { get; } = 6;

    public int BadClients { get; } = 2;
}
