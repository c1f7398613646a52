namespace MnistService.Benchmarks.Hostile;

/// <summary>A denial-of-service attack. To add an attack, derive a record and list it in <see cref="Attacks.AttackCatalog"/>.</summary>
/// <param name="Name">Unique name; the benchmark's filter and its result use it.</param>
/// <param name="Connections">Number of concurrent connections.</param>
internal abstract record Attack(string Name, int Connections)
{
    /// <summary>Prepares what the attack needs, then attacks through <see cref="AttackTarget.OnEachConnectionAsync"/> until canceled.</summary>
    internal abstract Task RunAsync(AttackTarget target, CancellationToken ended);
}
