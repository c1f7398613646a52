using System.Diagnostics;
using System.Globalization;
using MnistService.Benchmarks.Load;

namespace MnistService.Benchmarks.Hostile;

/// <summary>
/// Attacks a service that has little memory with thousands of hostile connections, one attack at a time. Measures the latency and failures of honest clients,
/// the service's memory, and whether the service survives.
/// </summary>
internal sealed class HostileBenchmark(HostilePlan plan, MemoryLimit limit)
{
    private const int OtherFiles = 1_024;
    private static readonly TimeSpan BetweenSamples = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs all attacks of the plan; writes and prints the result.</summary>
    /// <returns>
    /// Exit code: 0 for success; 1 if an attack did not pass (see <see cref="HostileResult.Passes"/>). The latencies of a quick run are not meaningful: it
    /// returns 1 only if the service ended or an honest request failed.
    /// </returns>
    internal static async Task<int> RunAsync(HostilePlan plan)
    {
        await RaiseOpenFilesAsync(plan.Connections + OtherFiles);
        var report = new HostileReport(plan, Machine.Look());
        using var limit = new MemoryLimit(HostilePlan.Memory);
        var (benchmark, results) = (new HostileBenchmark(plan, limit), new List<HostileResult>());
        foreach (var attack in plan.Attacks)
        {
            await Console.Error.WriteLineAsync(attack.Name);
            results.Add(await benchmark.MeasureAsync(attack));
        }
        await report.WriteAsync(results, limit);
        return results.All(result => plan.IsQuick ? result.ExitCode is null && result.Honest.All(honest => honest.Failures.Count == 0) : result.Passes) ? 0 : 1;
    }

    private async Task<HostileResult> MeasureAsync(Attack attack)
    {
        await using var service = await ServiceUnderTest.StartAsync(limit: limit);
        if (plan.Rehearsal > TimeSpan.Zero)
        {
            await using var rehearsal = await AttackProcess.StartAsync(attack, plan, service.Process.Address, HostilePlan.RehearsalConnections);
            await AskAllAsync(service, plan.Rehearsal);
        }
        await AskAllAsync(service, plan.WarmUp);
        var before = service.Process.Memory.Now;
        using var sampled = new CancellationTokenSource();
        var highest = HighestAsync(service.Process, sampled.Token);
        string outcomes;
        HonestResult[] honest;
        await using (var attacker = await AttackProcess.StartAsync(attack, plan, service.Process.Address, most: int.MaxValue))
        {
            honest = await AskAllAsync(service, plan.Attack);
            outcomes = await attacker.EndAsync();
        }
        await Task.Delay(plan.Recovery);
        await sampled.CancelAsync();
        var exit = service.Process.ExitCode;
        return new(attack, honest, (before, await highest, exit is null ? service.Process.Memory.Now : 0), exit, outcomes);
    }

    private Task<HonestResult[]> AskAllAsync(ServiceUnderTest service, TimeSpan time) =>
        Task.WhenAll(HonestClient.All.Select(client => client.AskAsync(service.Process.Address, plan, time)));

    private static async Task<long> HighestAsync(ServerProcess service, CancellationToken ended)
    {
        long highest = 0;
        for (; !ended.IsCancellationRequested && service.ExitCode is null; await Task.Delay(BetweenSamples, CancellationToken.None))
            highest = Math.Max(highest, service.Memory.Now);
        return highest;
    }

    /// <summary>
    /// Raises the hard limit of open files of this process if it is too low. Child processes inherit the limit, and their .NET runtime raises the soft limit to
    /// it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The process is not permitted to raise the limit.</exception>
    private static async Task RaiseOpenFilesAsync(int needed)
    {
        var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        if (!long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4], CultureInfo.InvariantCulture, out var hard) || hard >= needed) return;
        using var raise = Process.Start("prlimit", ["--pid", $"{Environment.ProcessId}", $"--nofile={needed}:{needed}"]);
        await raise.WaitForExitAsync();
        if (raise.ExitCode != 0) throw new InvalidOperationException($"{needed} open files are needed, and the limit is {hard}: run `ulimit -n {needed}` as root first.");
    }
}
