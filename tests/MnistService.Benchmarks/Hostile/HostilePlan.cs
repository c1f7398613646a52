using MnistService.Benchmarks.Hostile.Attacks;

namespace MnistService.Benchmarks.Hostile;

/// <summary>The duration and size of each attack, and the limits that the honest clients' measurements must keep.</summary>
internal sealed record HostilePlan
{
    /// <summary>Memory of the service's container, bytes.</summary>
    internal const long Memory = 512L << 20;

    /// <summary>Bounds on the 99th percentile of the latency, milliseconds.</summary>
    internal const double MaxReadyMs = 100, MaxPredictionMs = 250;

    /// <summary>Connections of the largest attacks. Smaller ones use a fixed share of it, where their size is not their point.</summary>
    public int Connections { get; init; } = 4_000;

    /// <summary>Only attacks whose name contains this text run; empty: all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>
    /// The attack with <see cref="RehearsalConnections"/> before the measurement. A service that has run for a while has compiled the code that the attack reaches; one that
    /// has just started compiles it in the first half second, in which its thread pool does nothing else.
    /// </summary>
    public TimeSpan Rehearsal { get; init; } = TimeSpan.FromSeconds(4);

    internal const int RehearsalConnections = 40;

    /// <summary>Honest requests before the attack: the runtime compiles hot code again during its first seconds.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Attack { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>From the end of the attack to the last measurement of the resident memory.</summary>
    public TimeSpan Recovery { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Between two requests of one honest client.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>A run that only shows that everything works. Its figures mean nothing and are not kept.</summary>
    public bool IsQuick { get; private init; }

    /// <summary>One attack of each class with few connections: about ten seconds.</summary>
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
    /// <param name="args">Without the word <c>hostile</c>.</param>
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
