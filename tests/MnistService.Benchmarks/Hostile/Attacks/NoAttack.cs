namespace MnistService.Benchmarks.Hostile.Attacks;

/// <summary>The honest clients alone: what the machine can do, for comparison.</summary>
internal sealed record NoAttack() : Attack("none", 0)
{
    internal override Task RunAsync(AttackTarget target, CancellationToken ended) => target.OnEachConnectionAsync(Connections, (_, _) => Task.CompletedTask, ended);
}
