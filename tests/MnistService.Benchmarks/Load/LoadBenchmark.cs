using MnistService.Benchmarks.OpenLoop;
using MnistService.Benchmarks.Peers;

namespace MnistService.Benchmarks.Load;

/// <summary>
/// The service under load beside its peers: a bare endpoint, and the same network behind a minimal API by ONNX Runtime. In each round every
/// server has its turn, so that whatever else the machine does hits all alike; what counts are ratios within a round.
/// </summary>
internal sealed class LoadBenchmark(LoadPlan plan, LoadServers servers, Wrk wrk, byte[] picture, CsvMeasurement csv)
{
    /// <summary>Connections at which half of capacity and allocations are measured, and with which servers are warmed up.</summary>
    internal const int Busy = 64;

    private static readonly (int Connections, string[] Servers)[] Turns =
    [
        (1, [LoadServers.Service, LoadServers.Echo, LoadServers.Onnx]),
        (16, [LoadServers.Service, LoadServers.Echo, LoadServers.Onnx]),
        (Busy, [LoadServers.Service, LoadServers.Echo, LoadServers.Onnx]),
        (256, [LoadServers.Service]),
        (512, [LoadServers.Service]),
    ];

    /// <summary>Measures, and writes and prints the result.</summary>
    /// <returns>0; 1 when wrk is not there, or the service failed a request.</returns>
    internal static async Task<int> RunAsync(LoadPlan plan)
    {
        if (!Wrk.IsInstalled)
        {
            await Console.Error.WriteLineAsync("The load generator wrk is not installed (Debian: apt install wrk).");
            return 1;
        }
        var picture = MeasuredImages.Small();
        var modelFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(modelFile, OnnxNetwork.Write());
            using var wrk = new Wrk(picture);
            await using var servers = await LoadServers.StartAsync(modelFile);
            await servers.CheckAnswersAsync(picture);
            var report = new LoadReport(plan, Machine.Look(), picture.Length);
            var result = await new LoadBenchmark(plan, servers, wrk, picture, new(modelFile)).MeasureAsync();
            await report.WriteAsync(result);
            return result.Rounds.Sum(round => round.FailedByService) == 0 ? 0 : 1;
        }
        finally
        {
            File.Delete(modelFile);
        }
    }

    private async Task<LoadResult> MeasureAsync()
    {
        foreach (var (_, server) in servers.All) await wrk.RunAsync(server.Address, Busy, plan.WarmUp);
        var rounds = new List<LoadRound>();
        while (rounds.Count < plan.Rounds)
        {
            await Console.Error.WriteLineAsync($"round {rounds.Count + 1} of {plan.Rounds}");
            rounds.Add(await MeasureRoundAsync());
        }
        var idle = await MeasureIdleAsync();
        var starts = new List<StartResult>();
        while (starts.Count < plan.Starts) starts.Add(await MeasureStartAsync());
        return new(rounds, starts, idle);
    }

    private async Task<LoadRound> MeasureRoundAsync()
    {
        var (closed, allocated) = (new Dictionary<(string, int), WrkResult>(), 0.0);
        foreach (var (connections, names) in Turns)
        {
            foreach (var (name, server) in servers.All.Where(server => names.Contains(server.Name)))
            {
                var counted = (name, connections) == (LoadServers.Service, Busy);
                if (counted) allocated -= await AllocationCounter.ReadAsync(server.Address);
                closed[(name, connections)] = await wrk.RunAsync(server.Address, connections, plan.Window);
                if (counted) allocated += await AllocationCounter.ReadAsync(server.Address);
            }
        }
        var capacity = closed[(LoadServers.Service, Busy)];
        var rate = capacity.PerSecond / 2;
        var (steady, echo) = (await MeasureSteadyAsync(servers.TheService, rate), await MeasureSteadyAsync(servers.All.Single(server => server.Name == LoadServers.Echo).Process, rate));
        return new(closed, allocated / capacity.Requests, steady, echo, await csv.RunAsync(servers.TheService));
    }

    private async Task<SteadyResult> MeasureSteadyAsync(ServerProcess server, double rate)
    {
        using var sender = new OpenLoopSender(server.Address, picture);
        await SteadyResult.MeasureAsync(sender, rate, plan.Window / 2); // the sender's own code is compiled, its connections are known
        return await SteadyResult.MeasureAsync(sender, rate, plan.Window);
    }

    private async Task<double> MeasureIdleAsync()
    {
        await Task.Delay(plan.Idle / 2); // what the last request left behind is done
        var before = servers.TheService.ProcessorTime;
        await Task.Delay(plan.Idle);
        return 100 * (servers.TheService.ProcessorTime - before) / plan.Idle;
    }

    private async Task<StartResult> MeasureStartAsync()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        var first = service.Process;
        await service.RestartAsync();
        // Here, and not only in the rounds: there the load before it has already taken memory that the file's rows then find free.
        var (_, before, highest) = await csv.SendAsync(service.Process);
        return new(Reported(first), first.SecondsToReady, Reported(service.Process), highest - before);

        static double Reported(ServerProcess process) =>
            process.ReportedSeconds ?? throw new InvalidOperationException("The service's line 'Ready at …' does not say how long the start took.");
    }
}
