using MnistService.Benchmarks.Load;
using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Overload;

/// <summary>
/// Sends more requests than the service can process, open loop. Measures goodput, the latency of rejections, and the recovery time. The sender runs on its own
/// processor.
/// </summary>
internal sealed class OverloadBenchmark(OverloadPlan plan)
{
    /// <summary>Share of capacity at which the service is busy but not overloaded.</summary>
    internal const double Full = 0.9;

    private const double Half = 0.5;
    private const int ClosedLoop = 16, OpenLoop = 512; // connections

    // Multiples of capacity. For small images they end at 2: one processor cannot send ten times as many requests as the service processes on another.
    private static readonly double[] Page = [Half, Full, 2, OverloadReport.Asked], Small = [Half, Full, 2];

    /// <summary>Runs the benchmark; writes and prints the result.</summary>
    /// <returns>Exit code: 0 for success; 1 if a response had a status other than 200 and 429, or if only one processor is available.</returns>
    internal static async Task<int> RunAsync(OverloadPlan plan)
    {
        if (Processors.Last == 0)
        {
            await Console.Error.WriteLineAsync("The service and what sends to it each need a processor of their own; there is one.");
            return 1;
        }
        var report = new OverloadReport(plan, Machine.Look());
        var (rounds, beside) = await new OverloadBenchmark(plan).MeasureAsync();
        await report.WriteAsync(rounds, beside);
        return rounds.Sum(round => round.Stages.Sum(stage => stage.Other)) == 0 ? 0 : 1;
    }

    private async Task<(List<OverloadRound>, List<BesideSubmissions>)> MeasureAsync()
    {
        (string Name, byte[] Bytes, double[] Factors)[] pictures =
            [(OverloadReport.Page, MeasuredImages.Page(), Page), (OverloadReport.Small, MeasuredImages.Small(), Small)];
        await using var service = await ServiceUnderTest.StartAsync(Processors.Others);
        foreach (var (_, bytes, _) in pictures) await CapacityAsync(service.Process.Address, bytes, plan.WarmUp);
        var rounds = new List<OverloadRound>();
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var (name, bytes, factors) in pictures)
            {
                await Console.Error.WriteLineAsync($"round {round + 1} of {plan.Rounds}, {name}");
                rounds.Add(await MeasureAsync(service.Process.Address, name, bytes, factors, seed: round));
            }
        }
        await using var unbound = await ServiceUnderTest.StartAsync();
        return (rounds, await BesideSubmissions.MeasureAsync(unbound.Process.Address, MeasuredImages.Small(), plan));
    }

    private async Task<OverloadRound> MeasureAsync(Uri service, string name, byte[] picture, double[] factors, int seed)
    {
        var capacity = await CapacityAsync(service, picture, plan.Window);
        var stages = new List<OverloadStage>();
        foreach (var factor in factors[..^1]) stages.Add(await StageAsync(service, picture, factor, capacity, seed));
        var (highest, recovery) = await HighestAsync(service, picture, factors[^1], capacity, stages.Single(stage => stage.Factor == Full).P99Ms, seed);
        return new(name, capacity, [.. stages, highest], recovery);
    }

    private static async Task<double> CapacityAsync(Uri service, byte[] picture, TimeSpan window)
    {
        using var sender = new OpenLoopSender(service, picture, ClosedLoop);
        var (answered, seconds) = (0, 0.0);
        // Sends small lots until the window has passed, because the rate is not known in advance.
        while (seconds < window.TotalSeconds)
        {
            var exchanges = await sender.SendAsync(Arrivals.AtOnce(ClosedLoop * 8), Processors.Last);
            answered += exchanges.Count(exchange => exchange.Status == Exchange.Accepted);
            seconds += exchanges.Max(exchange => exchange.Answered).TotalSeconds;
        }
        return answered / seconds;
    }

    private async Task<OverloadStage> StageAsync(Uri service, byte[] picture, double factor, double capacity, int seed)
    {
        using var sender = new OpenLoopSender(service, picture, OpenLoop);
        var exchanges = await sender.SendAsync(Arrivals.Poisson(factor * capacity, plan.Window, seed), Processors.Last);
        return OverloadStage.Of(factor, plan.Window, exchanges);
    }

    /// <summary>
    /// Measures the highest rate, followed without a pause by half of capacity. The recovery time, in seconds, ends with the last response that was not a 200
    /// or took more than twice <paramref name="usualMs"/>.
    /// </summary>
    private async Task<(OverloadStage, double RecoverySeconds)> HighestAsync(Uri service, byte[] picture, double factor, double capacity, double usualMs, int seed)
    {
        using var sender = new OpenLoopSender(service, picture, OpenLoop);
        TimeSpan[] due =
        [
            .. Arrivals.Poisson(factor * capacity, plan.Window, seed),
            .. Arrivals.Poisson(Half * capacity, plan.Window, seed + 1, begin: plan.Window),
        ];
        var exchanges = await sender.SendAsync(due, Processors.Last);
        var slow = exchanges.Where(e => e.Due >= plan.Window && (e.Status != Exchange.Accepted || e.Milliseconds > 2 * usualMs));
        var recovery = slow.Select(e => (e.Answered - plan.Window).TotalSeconds).DefaultIfEmpty(0).Max();
        return (OverloadStage.Of(factor, plan.Window, [.. exchanges.Where(e => e.Due < plan.Window)]), recovery);
    }
}
