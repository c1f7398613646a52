namespace MnistService.Benchmarks.Hostile;

/// <summary>One attack and its effect.</summary>
/// <param name="Attack">Which one.</param>
/// <param name="Honest">What the honest clients saw.</param>
/// <param name="Memory">Resident bytes of the service: before, at the highest, and after the recovery; 0 when it had ended.</param>
/// <param name="ExitCode">Null while the process lives.</param>
/// <param name="Outcomes">What the attacker saw.</param>
internal sealed record HostileResult(Attack Attack, IReadOnlyList<HonestResult> Honest, (long Before, long Highest, long After) Memory, int? ExitCode, string Outcomes)
{
    internal bool Passes => ExitCode is null && Outcomes != AttackProcess.NotBegun && Honest.All(honest => honest.Passes);
}
