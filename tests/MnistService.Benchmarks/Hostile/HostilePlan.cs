using MnistService.Benchmarks.Hostile.Attacks;

namespace MnistService.Benchmarks.Hostile;

/// <summary>The duration and size of each attack, and the limits that the honest clients' measurements must keep.</summary>
internal sealed record HostilePlan
{
    /// <summary>Memory limit of the service, in bytes.</summary>
    internal const long Memory = 512L << 20;

    /// <summary>Upper limits of the 99th percentile of the latency, in milliseconds.</summary>
    internal const double MaxReadyMs = 100, MaxPredictionMs = 250;

    /// <summary>Number of connections of the largest attacks. Other attacks use a fixed share of it or a fixed number.</summary>
    public int Connections { get; init; } = 4_000;

    /// <summary>Only attacks whose name contains this text run (case-insensitive). An empty text selects all attacks.</summary>
    public string Filter { get; init; } = "";

    /// <summary>
    /// Duration of a rehearsal of the attack with <see cref="RehearsalConnections"/> connections before the measurement. It compiles the code that the attack
    /// reaches, as in a service that has run for a while. A fresh service compiles this code in the first half second, which occupies its whole thread pool.
    /// </summary>
    public TimeSpan Rehearsal { get; init; } = TimeSpan.FromSeconds(4);

    internal const int RehearsalConnections = 40;

    /// <summary>Duration of honest requests before the attack. The runtime recompiles hot code during the first seconds (tiered compilation).</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Attack { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Time from the end of the attack to the last measurement of resident memory.</summary>
    public TimeSpan Recovery { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Time between the scheduled send times of two requests of one honest client.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether this is a smoke test. Its figures are not meaningful and are not written to <c>results/</c>.</summary>
    public bool IsQuick { get; private init; }

    /// <summary>Smoke test: one attack of each class with few connections. It takes about ten seconds.</summary>
    internal static HostilePlan Quick { get; } = new()
    {
        Connections = 20,
        Rehearsal = TimeSpan.Zero,
        WarmUp = TimeSpan.FromSeconds(0.5),
        Attack = TimeSpan.FromSeconds(1.5),
        Recovery = TimeSpan.Zero,
        IsQuick = true,
    };

    /// <summary>Parses <c>hostile [--quick] [--connections N] [FILTER]</c>.</summary>
    /// <param name="args">The arguments after <c>hostile</c>.</param>
    internal static HostilePlan Parse(ReadOnlySpan<string> args)
    {
        var plan = new HostilePlan();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick") plan = Quick with { Filter = plan.Filter };
            else if (args[i] == "--connections") plan = plan with { Connections = int.Parse(args[++i], System.Globalization.CultureInfo.InvariantCulture) };
            else plan = plan with { Filter = args[i] };
        }
        return plan;
    }

    /// <summary>The attacks that this plan runs.</summary>
    internal IEnumerable<Attack> Attacks
    {
        get
        {
            var attacks = AttackCatalog.All(Connections).Where(attack => attack.Name.Contains(Filter, StringComparison.OrdinalIgnoreCase));
            return IsQuick ? attacks.DistinctBy(attack => attack.GetType()) : attacks;
        }
    }
}
