using MnistService.Benchmarks.Load;
using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Hostile;

/// <summary>The result of <see cref="HostileBenchmark"/> as Markdown.</summary>
internal sealed class HostileReport(HostilePlan plan, Machine machine)
{
    private readonly ResultPage _page = new("hostile", machine, isKept: !plan.IsQuick && plan.Filter.Length == 0);

    /// <summary>Prints the result and writes it to <c>results/</c>, or to the temporary folder for a quick or filtered run.</summary>
    internal async Task WriteAsync(IReadOnlyList<HostileResult> results, MemoryLimit limit)
    {
        _page.Begin("Hostile clients", $"hostile --connections {plan.Connections} {plan.Filter}".TrimEnd());
        Line($"The service had {HostilePlan.Memory >> 20} MB of memory ({limit.Description}). One attack at a time, {plan.Attack.TotalSeconds:F0} s each, on a service that");
        Line($"was started for it, after a rehearsal with {HostilePlan.RehearsalConnections} connections; the attacker shares the processors at a lower priority. Latencies in milliseconds from the moment a request was due,");
        Line($"of {plan.Attack / plan.Interval:F0} requests of each kind: median / 99th percentile / highest. PASS: the process lives, each honest request got the right response,");
        Line($"and the 99th percentile is at most {HostilePlan.MaxReadyMs:F0} ms for `/health/ready` and {HostilePlan.MaxPredictionMs:F0} ms for a prediction.");
        if (plan.IsQuick) Line($"\n**A quick run: it shows that everything works, and its figures mean nothing.**");
        var kinds = string.Join(" | ", HonestClient.All.Select(client => client.Kind));
        Line($"\n| attack | {kinds} | failed | resident MB: before, highest, {plan.Recovery.TotalSeconds:F0} s after | process | verdict |");
        Line($"|---|{string.Concat(HonestClient.All.Select(_ => "---:|"))}---:|---:|---|---|");
        foreach (var result in results)
        {
            var (failed, verdict) = (result.Honest.Sum(honest => honest.Failures.Values.Sum()), result.Passes ? "PASS" : "**FAIL**");
            Line($"| {result.Attack.Name} | {string.Join(" | ", result.Honest.Select(Latencies))} | {failed} | {Megabytes(result)} | {State(result)} | {verdict} |");
        }
        Line($"\n| attack | responses and errors that the attacker got | failures of honest clients |");
        Line($"|---|---|---|");
        foreach (var result in results)
            Line($"| {result.Attack.Name} | {result.Outcomes} | {string.Join("; ", result.Honest.Where(honest => honest.Failures.Count > 0).Select(Failures))} |");
        await _page.SaveAsync();
    }

    private static FormattableString Latencies(HonestResult honest) =>
        $"{Exchange.Percentile(honest.Exchanges, 0.5):F0} / {honest.P99Ms:F0} / {honest.Exchanges.Max(exchange => exchange.Milliseconds):F0}";

    private static string Failures(HonestResult honest) =>
        $"{honest.Client.Kind}: {string.Join(", ", honest.Failures.Select(failure => $"{failure.Value} × {failure.Key}"))}";

    private static string Megabytes(HostileResult result) => $"{result.Memory.Before >> 20}, {result.Memory.Highest >> 20}, {result.Memory.After >> 20}";

    private static string State(HostileResult result) => result.ExitCode switch
    {
        null => "lives",
        137 => "**killed**, out of memory",
        var code => $"**ended** with {code}",
    };

    private void Line(FormattableString text) => _page.Line(text);
}
