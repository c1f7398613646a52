using MnistService.Benchmarks.Load;

namespace MnistService.Benchmarks.Soak;

/// <summary>The result of <see cref="SoakBenchmark"/> as Markdown.</summary>
internal sealed class SoakReport(SoakPlan plan, Machine machine)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly (string Name, Func<SoakSample, double> Value)[] Values =
    [
        ("resident memory, MB", sample => sample.Memory.Resident),
        ("managed heap, committed, MB", sample => sample.Memory.Managed),
        ("native memory, MB", sample => sample.Memory.Native),
        ("mapped files and compiled code, MB", sample => sample.Memory.Mapped),
        ("open files and sockets", sample => sample.Handles),
        ("threads", sample => sample.Threads),
        ("`Tensor.TotalCount`", sample => sample.Tensors),
    ];

    private readonly ResultPage _page = new("soak", machine, isKept: plan.Length >= Hour);

    /// <summary>Prints the result and writes it to <c>results/</c>, or to the temporary folder for a run of less than one hour.</summary>
    /// <returns>Whether resident memory at rest grew by at most <see cref="SoakPlan.MaxGrowth"/>. A run of less than one hour is not checked.</returns>
    internal async Task<bool> WriteAsync(IReadOnlyList<SoakSample> samples, SoakTally tally, IReadOnlyList<string> errors)
    {
        _page.Begin("Soak", $"soak {plan.Length.TotalMinutes:F0}");
        Line($"{samples.Count} samples over {samples[^1].At.TotalMinutes:F0} minutes.");
        if (plan.Length < Hour) Line($"\n**Less than an hour: it shows that all works, and its slopes mean little.**");
        SoakSample[] settled = [.. samples.Where(sample => sample.At > plan.Settled)];
        var growth = Growth([.. settled.Where(sample => sample.IsAtRest)]);
        Rests([.. samples.Where(sample => sample.IsAtRest)]);
        SoakSample[] loaded = [.. settled.Where(sample => !sample.IsAtRest)];
        Slopes(plan.Settled, loaded);
        Line($"\n## What was done\n");
        Line($"| what | times |");
        Line($"|---|---:|");
        foreach (var (what, times) in tally.Counts) Line($"| {what} | {times:N0} |");
        Line($"| **wrong answers** | **{tally.Wrong}** |");
        Line($"| **errors in the service's log** | **{errors.Count}** |");
        foreach (var complaint in tally.Complaints.Concat(errors.Take(20))) Line($"\n- {complaint.ReplaceLineEndings(" ")}");
        await _page.SaveAsync();
        return plan.Length < Hour || growth <= plan.MaxGrowth;
    }

    /// <summary>Reports the growth of resident memory at rest: the last third of the samples compared with the first third.</summary>
    /// <returns>The growth in megabytes.</returns>
    private double Growth(SoakSample[] rests)
    {
        var (first, last) = (Mean(rests.Take(rests.Length / 3)), Mean(rests.TakeLast(rests.Length / 3)));
        var slope = SoakSample.SlopeAnHour(rests, sample => sample.Memory.Resident);
        Line($"\n**After the first {plan.Settled.TotalMinutes:F0} minutes resident memory at rest grew by {last - first:+0.0;-0.0;0.0} MB (asked: at most {plan.MaxGrowth:F0}):** mean of the first third");
        Line($"of the {rests.Length} samples after them {first:F1} MB, of the last third {last:F1} MB; slope of the straight line through them {slope:+0.0;-0.0;0.0} MB an hour. At rest means without");
        Line($"load and after a full garbage collection, {plan.Rounds} times in the run. Under load resident memory varies by hundreds of MB, because a training job uses that much for a moment.");
        return last - first;

        static double Mean(IEnumerable<SoakSample> samples) => samples.Average(sample => sample.Memory.Resident);
    }

    private void Rests(SoakSample[] rests)
    {
        Line($"\n## At rest\n");
        Line($"| minute | {string.Join(" | ", rests.Select(rest => $"{rest.At.TotalMinutes:F0}"))} |");
        Line($"|---|{string.Concat(rests.Select(_ => "---:|"))}");
        foreach (var (name, value) in Values) Line($"| {name} | {string.Join(" | ", rests.Select(rest => $"{value(rest):F1}"))} |");
    }

    private void Slopes(TimeSpan from, SoakSample[] samples)
    {
        var third = samples.Length / 3;
        Line($"\n## Under load, from {from.TotalMinutes:F0} minutes on\n");
        Line($"Slope: of the straight line through all samples. {samples[^1].Jobs - samples[0].Jobs} training jobs ended meanwhile.\n");
        Line($"| what | first third, mean | last third, mean | lowest–highest | slope an hour |");
        Line($"|---|---:|---:|---:|---:|");
        foreach (var (name, value) in Values)
        {
            Line($"| {name} | {samples.Take(third).Average(value):F1} | {samples.TakeLast(third).Average(value):F1} | {samples.Min(value):F0}–{samples.Max(value):F0} | {SoakSample.SlopeAnHour(samples, value):+0.0;-0.0;0.0} |");
        }
    }

    private void Line(FormattableString text) => _page.Line(text);
}
