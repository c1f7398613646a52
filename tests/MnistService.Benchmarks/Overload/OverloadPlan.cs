namespace MnistService.Benchmarks.Overload;

/// <summary>How long and how often is measured.</summary>
internal sealed record OverloadPlan
{
    public int Rounds { get; init; } = 3;

    /// <summary>Of one rate.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>With each picture before it is measured: on one processor, beside the load, it takes that long until code is compiled for good.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Only to see that all works: its figures mean nothing and are not kept.</summary>
    public bool IsQuick { get; private init; }

    internal static OverloadPlan Quick { get; } = new() { Rounds = 1, Window = TimeSpan.FromSeconds(2), WarmUp = TimeSpan.FromSeconds(1), IsQuick = true };
}
