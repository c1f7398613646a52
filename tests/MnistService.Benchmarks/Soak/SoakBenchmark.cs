using System.Diagnostics;
using MnistService.Benchmarks.Load;

namespace MnistService.Benchmarks.Soak;

/// <summary>
/// Long run with valid and invalid clients at the same time, training jobs and submissions. Detects growing resources (memory, handles, threads, tensors) and
/// wrong responses.
/// </summary>
internal sealed class SoakBenchmark(SoakPlan plan, ServiceUnderTest service, HttpClient client, SoakImages pictures)
{
    private const int TraceLines = 12;

    private readonly SoakTally _tally = new();

    /// <summary>Runs the benchmark; writes and prints the result.</summary>
    /// <returns>Exit code: 0 for success; 1 if a response was wrong or memory grew too much.</returns>
    internal static async Task<int> RunAsync(SoakPlan plan)
    {
        var machine = Machine.Look();
        await using var service = await ServiceUnderTest.StartAsync();
        using var client = new HttpClient { BaseAddress = service.Process.Address, Timeout = TimeSpan.FromMinutes(5) };
        var soak = new SoakBenchmark(plan, service, client, await SoakImages.AskAsync(client));
        var samples = await soak.RunAsync();
        var isStable = await new SoakReport(plan, machine).WriteAsync(samples, soak._tally, soak.ServiceErrors());
        return isStable && soak._tally.Wrong == 0 ? 0 : 1;
    }

    private async Task<List<SoakSample>> RunAsync()
    {
        var clients = new SoakClients(client, pictures, _tally, plan);
        var attackers = new SoakAttackers(client, pictures, _tally, plan);
        var (samples, begun) = (new List<SoakSample>(), Stopwatch.GetTimestamp());
        for (var round = 1; round <= plan.Rounds; round++)
        {
            using var ended = new CancellationTokenSource();
            Task[] all =
            [
                .. Enumerable.Range(0, plan.PredictClients).Select(i => clients.PredictAsync(100 * round + i, ended.Token)),
                .. Enumerable.Range(0, plan.BadClients).Select(i => attackers.AttackAsync(100 * round + i, ended.Token)),
                clients.SubmitAsync(ended.Token), clients.TrainAsync(ended.Token), clients.PromoteAsync(ended.Token),
            ];
            while (Stopwatch.GetElapsedTime(begun) < round * plan.Round && !all.Any(task => task.IsFaulted))
            {
                await Task.Delay(plan.BetweenSamples);
                await SampleAsync(isAtRest: false);
            }
            await ended.CancelAsync();
            await Task.WhenAll(all);
            await SoakRest.BeginAsync(client);
            await SampleAsync(isAtRest: true);
        }
        return samples;

        async Task SampleAsync(bool isAtRest)
        {
            samples.Add(await SoakSample.TakeAsync(service.Process, client, Stopwatch.GetElapsedTime(begun), clients.Jobs, isAtRest));
            await Console.Error.WriteLineAsync($"{samples[^1]}, wrong: {_tally.Wrong}");
        }
    }

    /// <summary>Error and fatal entries of the service's log, each with the first lines of its exception.</summary>
    private List<string> ServiceErrors()
    {
        var lines = service.Process.Output.Split('\n');
        return [.. lines.Index().Where(line => line.Item.Contains(" ERR] ", StringComparison.Ordinal) || line.Item.Contains(" FTL] ", StringComparison.Ordinal))
            .Select(line => string.Join('\n', lines.Skip(line.Index + 1).TakeWhile(next => !next.StartsWith('[')).Take(TraceLines).Prepend(line.Item)))];
    }
}
