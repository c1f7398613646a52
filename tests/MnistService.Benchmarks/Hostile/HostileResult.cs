namespace MnistService.Benchmarks.Hostile;

/// <summary>The result of one attack.</summary>
/// <param name="Honest">Results of the honest clients during the attack.</param>
/// <param name="Memory">
/// Resident memory of the service in bytes: before the attack, at its peak, and after the recovery time (0 if the process has ended).
/// </param>
/// <param name="ExitCode">Exit code of the service; <c>null</c> if the process still runs.</param>
/// <param name="Outcomes">Response statuses and errors of the attacker's connections with their counts.</param>
internal sealed record HostileResult(Attack Attack, IReadOnlyList<HonestResult> Honest, (long Before, long Highest, long After) Memory, int? ExitCode, string Outcomes)
{
    internal bool Passes => ExitCode is null && Outcomes != AttackProcess.NotBegun && Honest.All(honest => honest.Passes);
}
