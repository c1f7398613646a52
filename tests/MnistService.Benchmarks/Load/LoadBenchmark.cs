using MnistService.Benchmarks.OpenLoop;
using MnistService.Benchmarks.Peers;

namespace MnistService.Benchmarks.Load;

/// <summary>
/// Load test of the service and its peers: a bare echo endpoint, and a minimal API that runs the same network with ONNX Runtime. Each round measures every
/// server, so that other load on the machine affects all servers alike. Only the ratios within a round are meaningful.
/// </summary>
internal sealed class LoadBenchmark(LoadPlan plan, LoadServers servers, Wrk wrk, byte[] picture, CsvMeasurement csv)
{
    /// <summary>Number of connections for the warm-up, the allocation measurement, and the capacity that determines the steady rate.</summary>
    internal const int Busy = 64;

    private static readonly (int Connections, string[] Servers)[] Turns =
    [
        (1, [LoadServers.Service, LoadServers.Echo, LoadServers.Onnx]),
        (16, [LoadServers.Service, LoadServers.Echo, LoadServers.Onnx]),
        (Busy, [LoadServers.Service, LoadServers.Echo, LoadServers.Onnx]),
        (256, [LoadServers.Service]),
        (512, [LoadServers.Service]),
    ];

    /// <summary>Runs the benchmark; writes and prints the result.</summary>
    /// <returns>Exit code: 0 for success; 1 if wrk is not installed or the service failed a request.</returns>
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
        await SteadyResult.MeasureAsync(sender, rate, plan.Window / 2); // warm-up: compiles the sender's code and uses its connections once
        return await SteadyResult.MeasureAsync(sender, rate, plan.Window);
    }

    private async Task<double> MeasureIdleAsync()
    {
        await Task.Delay(plan.Idle / 2); // lets background work of the last requests finish
        var before = servers.TheService.ProcessorTime;
        await Task.Delay(plan.Idle);
        return 100 * (servers.TheService.ProcessorTime - before) / plan.Idle;
    }

    private async Task<StartResult> MeasureStartAsync()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        var first = service.Process;
        await service.RestartAsync();
        // Measured on a fresh service too: in the rounds, the preceding load has already made the process allocate memory that the file then reuses.
        var (_, before, highest) = await csv.SendAsync(service.Process);
        return new(Reported(first), first.SecondsToReady, Reported(service.Process), highest - before);

        static double Reported(ServerProcess process) =>
            process.ReportedSeconds ?? throw new InvalidOperationException("The service's line 'Ready at …' does not say how long the start took.");
    }
}
