namespace MnistService.Benchmarks.Hostile;

/// <summary>One way to harm the service. To add one, derive a class and list it in <see cref="Attacks.AttackCatalog"/>.</summary>
/// <param name="Name">Unique; the benchmark's filter and its result use it.</param>
/// <param name="Connections">Open at the same time.</param>
internal abstract record Attack(string Name, int Connections)
{
    /// <summary>Prepares what the attack needs, then attacks through <see cref="AttackTarget.OnEachConnectionAsync"/> until canceled.</summary>
    internal abstract Task RunAsync(AttackTarget target, CancellationToken ended);
}
