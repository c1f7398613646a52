using System.Diagnostics;
using System.Globalization;
using MnistService.Benchmarks.Hostile.Attacks;

namespace MnistService.Benchmarks.Hostile;

/// <summary>
/// An attack in its own process. It runs at a lower priority (nice 10) than the service and the honest clients, because a real attacker uses another machine.
/// </summary>
internal sealed class AttackProcess : IAsyncDisposable
{
    /// <summary>The line that the process prints when the attack begins.</summary>
    internal const string Begun = "begun";

    /// <summary>The outcome of an attack whose preparation failed or took longer than 3 minutes.</summary>
    internal const string NotBegun = "the attack could not be prepared";

    private const string Niceness = "10";
    private static readonly TimeSpan LongestPreparation = TimeSpan.FromMinutes(3); // a training job waits for idle processors

    private readonly Process _process;
    private readonly bool _hasBegun;

    private AttackProcess(Process process, bool hasBegun) => (_process, _hasBegun) = (process, hasBegun);

    /// <summary>Starts the process and waits until the attack begins or its preparation has failed.</summary>
    /// <param name="attack">The attack to run.</param>
    /// <param name="plan">The plan that defines the sizes of all attacks.</param>
    /// <param name="service">Base address of the attacked service.</param>
    /// <param name="most">Maximum number of connections.</param>
    internal static async Task<AttackProcess> StartAsync(Attack attack, HostilePlan plan, Uri service, int most)
    {
        var peer = ServerProcess.Peer("attack", attack.Name, service.ToString(), Text(plan.Connections), Text(most));
        var start = new ProcessStartInfo("nice", ["-n", Niceness, peer.FileName, .. peer.ArgumentList]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        var first = process.StandardOutput.ReadLineAsync();
        return new(process, hasBegun: await Task.WhenAny(first, Task.Delay(LongestPreparation)) == first && await first == Begun);
    }

    /// <summary>Ends the attack and closes all its connections at once.</summary>
    /// <returns>Response statuses and errors with their counts, or <see cref="NotBegun"/>.</returns>
    internal async Task<string> EndAsync()
    {
        if (!_hasBegun) return NotBegun;
        _process.StandardInput.Close();
        return await _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Entry point of the attack process: attacks until standard input ends, then prints the outcomes.</summary>
    internal static async Task<int> RunAsync(string name, Uri service, int connections, int most)
    {
        using var target = new AttackTarget(service, most);
        using var ended = new CancellationTokenSource();
        var attack = AttackCatalog.All(connections).First(attack => attack.Name == name).RunAsync(target, ended.Token);
        var input = Task.Run(() => Console.In.ReadToEnd(), CancellationToken.None);
        if (await Task.WhenAny(attack, input) == attack) await attack; // throws: an attack completes only by failing
        Console.Write(target.Outcomes);
        return 0; // the kernel closes the connections when the process exits
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
