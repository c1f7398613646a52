using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Load;

/// <summary>The result of <see cref="LoadBenchmark"/> as Markdown.</summary>
internal sealed class LoadReport(LoadPlan plan, Machine machine, int pictureBytes)
{
    private static readonly string[] Peers = [LoadServers.Echo, LoadServers.Onnx];

    private readonly ResultPage _page = new("load", machine, isKept: !plan.IsQuick);

    /// <summary>Prints the result and writes it to <c>results/</c>, or to the temporary folder for a quick run.</summary>
    internal async Task WriteAsync(LoadResult result)
    {
        Head();
        Rates(result.Rounds);
        Ratios(result.Rounds);
        Steady(result.Rounds);
        Csv(result);
        Rest(result);
        await _page.SaveAsync();
    }

    private void Head()
    {
        _page.Begin("Under load", $"load{(plan.IsQuick ? " --quick" : "")}");
        Line($"Clients and servers shared the cores. Rounds: {plan.Rounds}, in each every server in turn for {plan.Window.TotalSeconds} s; figures are the median of the rounds, and lowest–highest.");
        Line($"Each request posts a 28×28 PNG of {pictureBytes} bytes. `echo`: an endpoint that reads the body and answers the same JSON. `ONNX API`: the same network in a minimal API,");
        Line($"decoded by Skia, run by ONNX Runtime (one session, one thread, batch 1).");
        if (plan.IsQuick) Line($"\n**A quick run: it shows that all works, and its figures mean nothing.**");
    }

    private void Rates(IReadOnlyList<LoadRound> rounds)
    {
        Line($"\n## Closed loop\n");
        Line($"wrk, one thread; each connection sends its next request when the last one is answered. Requests/s counts those answered with 200.\n");
        Line($"| server | connections | requests/s | median ms | 99th percentile ms | status ≥ 400 | socket errors |");
        Line($"|---|---:|---:|---:|---:|---:|---:|");
        foreach (var (server, connections) in rounds[0].Closed.Keys.OrderBy(key => key.Connections))
        {
            WrkResult[] windows = [.. rounds.Select(round => round.Closed[(server, connections)])];
            var latencies = $"{Over(windows, w => w.MedianMs, "F2")} | {Over(windows, w => w.P99Ms, "F2")}";
            Line($"| {server} | {connections} | {Over(windows, w => w.PerSecond, "N0")} | {latencies} | {windows.Sum(w => w.BadStatus)} | {windows.Sum(w => w.SocketErrors)} |");
        }
        var failed = rounds.Sum(round => round.FailedByService);
        Line($"\n{(failed == 0 ? "The service failed no request." : $"**The service failed {failed} requests.**")}");
    }

    private void Ratios(IReadOnlyList<LoadRound> rounds)
    {
        Line($"\n## Ratios within a round\n");
        Line($"| requests a second at so many connections | ratio |");
        Line($"|---|---:|");
        foreach (var peer in Peers)
            foreach (var connections in rounds[0].Closed.Keys.Where(key => key.Server == peer).Select(key => key.Connections))
                Line($"| service / {peer}, at {connections} | {Over(rounds, round => round.Ratio(peer, connections), "F2")} |");
        Line($"| service, lowest at 16…512 / their median | {Over(rounds, round => round.Flatness.Lowest, "F2")} |");
        Line($"| service, highest at 16…512 / their median | {Over(rounds, round => round.Flatness.Highest, "F2")} |");
    }

    private void Steady(IReadOnlyList<LoadRound> rounds)
    {
        Line($"\n## Open loop at half of capacity\n");
        Line($"Sent at a steady rate, half of what the service answered at {LoadBenchmark.Busy} connections in the same round; latency counts from the moment a request was due.");
        Line($"Beside it the bare endpoint at the same rate, which is a smaller part of what it can answer: what the machine itself does to latencies.\n");
        Line($"| round | requests/s | median ms | 99th percentile ms | ratio | echo: median ms | 99th percentile ms | ratio |");
        Line($"|---|---:|---:|---:|---:|---:|---:|---:|");
        for (var i = 0; i < rounds.Count; i++)
        {
            var (steady, echo) = (rounds[i].Steady, rounds[i].EchoSteady);
            var latencies = FormattableString.Invariant($"{steady.MedianMs:F2} | {steady.P99Ms:F2} | {steady.P99Ms / steady.MedianMs:F1} | {echo.MedianMs:F2} | {echo.P99Ms:F2} | {echo.P99Ms / echo.MedianMs:F1}");
            Line($"| {i + 1} | {steady.Rate:N0} | {latencies} |");
        }
        Line($"| all | {Over(rounds, r => r.Steady.Rate, "N0")} | {Latencies([.. rounds.Select(round => round.Steady)])} | {Latencies([.. rounds.Select(round => round.EchoSteady)])} |");

        static string Latencies(SteadyResult[] all) =>
            $"{Over(all, s => s.MedianMs, "F2")} | {Over(all, s => s.P99Ms, "F2")} | {Over(all, s => s.P99Ms / s.MedianMs, "F1")}";
    }

    private void Csv(LoadResult result)
    {
        var rounds = result.Rounds;
        Line($"\n## Kaggle's file\n");
        Line($"{KaggleFile.Rows:N0} rows to `POST /submissions`, from the request on a fresh connection to the last byte of the answer; beside it the forward pass of the same");
        Line($"pictures by ONNX Runtime alone (`onnx-forward`, all cores, the best of its batches and threads, pixels in memory as it wants them).\n");
        Line($"| round | service s | forward pass s | ratio | best at | resident MB before | highest |");
        Line($"|---|---:|---:|---:|---|---:|---:|");
        for (var i = 0; i < rounds.Count; i++)
        {
            var csv = rounds[i].Csv;
            var seconds = FormattableString.Invariant($"{csv.Seconds:F3} | {csv.ForwardSeconds:F3} | {csv.Seconds / csv.ForwardSeconds:F2}");
            Line($"| {i + 1} | {seconds} | {csv.ForwardSetUp} | {csv.ResidentBefore / 1e6:F0} | {csv.ResidentHighest / 1e6:F0} |");
        }
        CsvResult[] all = [.. rounds.Select(round => round.Csv)];
        Line($"| all | {Over(all, c => c.Seconds, "F3")} | {Over(all, c => c.ForwardSeconds, "F3")} | {Over(all, c => c.Seconds / c.ForwardSeconds, "F2")} | | | |");
        var growth = rounds.Max(round => round.Csv.ResidentHighest) - rounds[0].Csv.ResidentBefore;
        Line($"\nResident memory grew by {growth / 1e6:F0} MB at most, from before the first file to the highest while any was read; in a service that had answered nothing before, by");
        Line($"{Over(result.Starts, start => start.CsvGrowth / 1e6, "F0")} MB.");
    }

    private void Rest(LoadResult result)
    {
        Line($"\n## Start, idleness, allocation\n");
        Line($"| what | seen |");
        Line($"|---|---:|");
        Line($"| start to ready, as the log says, empty data directory | {Over(result.Starts, start => start.Reported, "F2")} s |");
        Line($"| the same as seen from outside | {Over(result.Starts, start => start.Seen, "F2")} s |");
        Line($"| start to ready, as the log says, on data that is there | {Over(result.Starts, start => start.Again, "F2")} s |");
        Line($"| processor time without requests, {plan.Idle.TotalSeconds:F0} s | {result.IdlePercent:F1} % of one core |");
        var predictions = result.Rounds.Min(round => round.Closed[(LoadServers.Service, LoadBenchmark.Busy)].Requests);
        Line($"| allocated by the service for a prediction, over {predictions:N0} predictions or more | {Over(result.Rounds, round => round.AllocatedBytes, "N0")} bytes |");
    }

    private static string Over<T>(IEnumerable<T> measurements, Func<T, double> value, string format) => Spread.Of(measurements.Select(value)).Text(format);

    private void Line(FormattableString text) => _page.Line(text);
}
