namespace MnistService.Benchmarks.Load;

/// <summary>How long and how often is measured.</summary>
internal sealed record LoadPlan
{
    /// <summary>In each every server has its turn.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Of one server at one number of connections; whole seconds, as wrk wants them.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Of each server before the first round, so that its code is compiled for good.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(8);

    public int Starts { get; init; } = 5;

    /// <summary>Without a request.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Only to see that all works: its figures mean nothing and are not kept.</summary>
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
