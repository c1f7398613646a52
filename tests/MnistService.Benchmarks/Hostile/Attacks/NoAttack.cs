namespace MnistService.Benchmarks.Hostile.Attacks;

/// <summary>No attack: the baseline with honest clients only.</summary>
internal sealed record NoAttack() : Attack("none", 0)
{
    internal override Task RunAsync(AttackTarget target, CancellationToken ended) => target.OnEachConnectionAsync(Connections, (_, _) => Task.CompletedTask, ended);
}
