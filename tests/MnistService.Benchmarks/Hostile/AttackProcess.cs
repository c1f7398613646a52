using System.Diagnostics;
using System.Globalization;
using MnistService.Benchmarks.Hostile.Attacks;

namespace MnistService.Benchmarks.Hostile;

/// <summary>
/// An attack in a process of its own, with less right to the processors than the service and its honest clients: a real attacker has a machine of its own.
/// </summary>
internal sealed class AttackProcess : IAsyncDisposable
{
    /// <summary>The line that the process prints when the attack begins.</summary>
    internal const string Begun = "begun";

    /// <summary>The outcome of an attack that the service did not let be prepared.</summary>
    internal const string NotBegun = "the attack could not be prepared";

    private const string Niceness = "10";
    private static readonly TimeSpan LongestPreparation = TimeSpan.FromMinutes(3); // a training job waits for idle processors

    private readonly Process _process;
    private readonly bool _hasBegun;

    private AttackProcess(Process process, bool hasBegun) => (_process, _hasBegun) = (process, hasBegun);

    /// <summary>Starts it, and waits until the attack begins or has failed to.</summary>
    /// <param name="attack">What it does.</param>
    /// <param name="plan">The sizes of all attacks.</param>
    /// <param name="service">What it attacks.</param>
    /// <param name="most">Connections that it opens at most.</param>
    internal static async Task<AttackProcess> StartAsync(Attack attack, HostilePlan plan, Uri service, int most)
    {
        var peer = ServerProcess.Peer("attack", attack.Name, service.ToString(), Text(plan.Connections), Text(most));
        var start = new ProcessStartInfo("nice", ["-n", Niceness, peer.FileName, .. peer.ArgumentList]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        var first = process.StandardOutput.ReadLineAsync();
        return new(process, hasBegun: await Task.WhenAny(first, Task.Delay(LongestPreparation)) == first && await first == Begun);
    }

    /// <summary>Ends the attack, all its connections at the same moment.</summary>
    /// <returns>What happened to them: statuses and errors.</returns>
    internal async Task<string> EndAsync()
    {
        if (!_hasBegun) return NotBegun;
        _process.StandardInput.Close();
        return await _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>The command that this class starts: attacks until its standard input ends, then prints the outcomes.</summary>
    internal static async Task<int> RunAsync(string name, Uri service, int connections, int most)
    {
        using var target = new AttackTarget(service, most);
        using var ended = new CancellationTokenSource();
        var attack = AttackCatalog.All(connections).First(attack => attack.Name == name).RunAsync(target, ended.Token);
        var input = Task.Run(() => Console.In.ReadToEnd(), CancellationToken.None);
        if (await Task.WhenAny(attack, input) == attack) await attack; // it failed
        Console.Write(target.Outcomes);
        return 0; // the kernel closes the connections
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
