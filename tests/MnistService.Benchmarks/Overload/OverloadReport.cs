using MnistService.Benchmarks.Load;
using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Overload;

/// <summary>The result of <see cref="OverloadBenchmark"/> as Markdown.</summary>
internal sealed class OverloadReport(OverloadPlan plan, Machine machine)
{
    /// <summary>Multiple of capacity for which the requirements are specified.</summary>
    internal const double Asked = 10;

    internal const string Page = "280×280, as a web page's drawing pad sends it", Small = "28×28, grey";

    private readonly ResultPage _page = new("overload", machine, isKept: !plan.IsQuick);

    /// <summary>Prints the result and writes it to <c>results/</c>, or to the temporary folder for a quick run.</summary>
    internal async Task WriteAsync(IReadOnlyList<OverloadRound> rounds, IReadOnlyList<BesideSubmissions> beside)
    {
        Head();
        foreach (var picture in rounds.GroupBy(round => round.Picture)) Picture(picture.Key, [.. picture]);
        Submissions(beside);
        await _page.SaveAsync();
    }

    private void Head()
    {
        _page.Begin("Overload", $"overload{(plan.IsQuick ? " --quick" : "")}");
        Line($"The service had processors {Processors.Others}, the sender processor {Processors.Last}. Requests came as a Poisson process, open loop, for {plan.Window.TotalSeconds:F0} s at each rate; latency counts from the moment");
        Line($"a request was due. Capacity: 200s a second with 16 connections that each send as soon as they were answered. Rounds: {plan.Rounds}; figures are their median, and lowest–highest.");
        if (plan.IsQuick) Line($"\n**A quick run: it shows that all works, and its figures mean nothing.**");
    }

    private void Picture(string name, OverloadRound[] rounds)
    {
        Line($"\n## {name}\n");
        Line($"Capacity: {Over(rounds, round => round.Capacity, "N0")} requests/s.\n");
        Line($"| of capacity | offered/s | answered 200/s | refused | accepted: median ms | 99th percentile ms | refused: 99th percentile ms | other |");
        Line($"|---:|---:|---:|---:|---:|---:|---:|---:|");
        for (var i = 0; i < rounds[0].Stages.Count; i++)
        {
            OverloadStage[] stages = [.. rounds.Select(round => round.Stages[i])];
            Line($"| {stages[0].Factor} | {Over(stages, s => s.Offered, "N0")} | {Over(stages, s => s.Goodput, "N0")} | {Over(stages, s => 100 * s.Refused, "F1")} % | {Over(stages, s => s.MedianMs, "F1")} | {Over(stages, s => s.P99Ms, "F1")} | {Refused(stages)} | {stages.Sum(s => s.Other)} |");
        }
        if (rounds[0].Stages[^1].Factor < Asked)
        {
            Line($"\nAn answer costs hardly more than the HTTP around it, and a refusal would too: nothing is refused, as much is answered as can be, and what comes beyond that waits");
            Line($"for one of the sender's connections, which its latency counts.");
            return;
        }
        Line($"\n| under ten times the capacity | asked | seen |");
        Line($"|---|---:|---:|");
        Line($"| goodput of capacity | ≥ 0.90 | {Over(rounds, round => round.GoodputKept, "F2")} |");
        Line($"| refusals, 99th percentile | < 5 ms | {Refused([.. rounds.Select(round => round.Stages[^1])])} ms |");
        Line($"| accepted, 99th percentile, of that at nine tenths of capacity | ≤ 2 | {Over(rounds, round => round.P99Kept, "F2")} |");
        Line($"| afterwards at half of capacity, until the last refusal or answer slower than twice that | < 1 s | {Over(rounds, round => round.RecoverySeconds, "F2")} s |");
    }

    /// <summary>
    /// 99th percentile of the latency of rejections, over the rounds that had any; empty text if no round had a rejection.
    /// </summary>
    private static string Refused(OverloadStage[] stages) =>
        stages.Where(stage => stage.Refused > 0).ToList() is { Count: > 0 } refusing ? Over(refusing, stage => stage.RefusedP99Ms, "F1") : "";

    private void Submissions(IReadOnlyList<BesideSubmissions> rounds)
    {
        Line($"\n## Predictions beside submissions\n");
        Line($"28×28 pictures at {rounds[0].Alone.Rate:F0} requests/s, alone, and while a file of {KaggleFile.Rows:N0} rows is sent again as soon as it is answered; everything on all processors.\n");
        Line($"| round | alone: median ms | 99th percentile ms | beside: median ms | 99th percentile ms | growth ms | files answered | failed |");
        Line($"|---|---:|---:|---:|---:|---:|---:|---:|");
        for (var i = 0; i < rounds.Count; i++)
        {
            var (alone, beside) = (rounds[i].Alone, rounds[i].Beside);
            Line($"| {i + 1} | {alone.MedianMs:F2} | {alone.P99Ms:F2} | {beside.MedianMs:F2} | {beside.P99Ms:F2} | {beside.P99Ms - alone.P99Ms:F2} | {rounds[i].Submissions} | {alone.Failed + beside.Failed} |");
        }
        Line($"\nGrowth of the 99th percentile (asked: < 15 ms): {Over(rounds, round => round.Beside.P99Ms - round.Alone.P99Ms, "F2")} ms.");
    }

    private static string Over<T>(IEnumerable<T> measurements, Func<T, double> value, string format) => Spread.Of(measurements.Select(value)).Text(format);

    private void Line(FormattableString text) => _page.Line(text);
}
