using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using MnistService.Benchmarks.Load;
using MnistService.Benchmarks.Peers;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Registry;

namespace MnistService.Benchmarks;

/// <summary>
/// Compares the service's CPU classifier with ONNX Runtime on the same network; the two alternate within each round. Measures the latency of one image on
/// one core, and the throughput of batches on all cores with one classifier or session per core. In the throughput test the pixels are converted for ONNX
/// Runtime before the clock starts.
/// </summary>
internal sealed class ForwardComparison : IDisposable
{
    private const int Rounds = 5, Pictures = 8_192, Alone = 2_000;

    private static readonly int[] Batches = [8, 16, 32, 64];

    private readonly IReadOnlyList<IDigitClassifier> _serving;
    private readonly InferenceSession[] _sessions;
    private readonly byte[] _pixels = MnistPixels.Take(Pictures), _noise = new byte[Pictures * 784];
    private readonly StringBuilder _text = new();

    private ForwardComparison()
    {
        var (cores, model) = (Environment.ProcessorCount, OnnxNetwork.Write());
        var store = new ModelStore(Path.Combine(Repository.Root, "models"));
        _serving = store.Load(store.CurrentId!, DeviceChoice.WithoutTorch("cpu")!, cores);
        _sessions = [.. Enumerable.Range(0, cores).Select(_ => OnnxNetwork.Open(model, threads: 1))];
        new Random(1).NextBytes(_noise);
    }

    /// <summary>Runs the comparison, writes the Markdown result to <c>results/</c> and prints it.</summary>
    /// <returns>Exit code 0.</returns>
    internal static async Task<int> RunAsync()
    {
        using var comparison = new ForwardComparison();
        var (machine, date) = (Machine.Look(), DateTime.Now);
        comparison.Line($"# The forward pass, {date:yyyy-MM-dd}, {machine.Cores} cores\n");
        comparison.Line($"`dotnet run -c Release --project tests/MnistService.Benchmarks -- forward` on {machine.Cores} cores of {machine.Processor}, {machine.System}, {machine.Runtime};");
        comparison.Line($"load average before: {machine.Load}. {Rounds} rounds, in each everything in turn; median (lowest–highest). Pixels: {MnistPixels.Source}. ONNX Runtime: a session of one thread a core.\n");
        comparison.MeasureAlone();
        comparison.MeasureOnAllCores();
        var file = Path.Combine(Repository.Root, "tests", "MnistService.Benchmarks", "results", string.Create(CultureInfo.InvariantCulture, $"{date:yyyy-MM-dd}-forward-{machine.Cores}-cores.md"));
        await File.WriteAllTextAsync(file, comparison._text.ToString());
        Console.WriteLine(comparison._text);
        return 0;
    }

    public void Dispose()
    {
        foreach (var classifier in _serving) classifier.Dispose();
        foreach (var session in _sessions) session.Dispose();
    }

    private void MeasureAlone()
    {
        using var onnx = new OnnxCaller(_sessions[0], 1);
        var (serving, noise, peer) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = -1; round < Rounds; round++) // round -1 is a warm-up for the JIT compiler and is not counted
        {
            var times = (Time(i => Classify(0, _pixels, i, 1)), Time(i => Classify(0, _noise, i, 1)), Time(i =>
            {
                OnnxNetwork.ToFloats(_pixels.AsSpan(i * 784, 784), onnx.Pixels);
                onnx.Run();
            }));
            if (round < 0) continue;
            serving.Add(times.Item1);
            noise.Add(times.Item2);
            peer.Add(times.Item3);
        }
        Line($"| one picture on one core | µs | of ONNX Runtime's |\n|---|---:|---:|");
        Line($"| what serves | {Spread.Of(serving).Text("F1")} | {Spread.Of(serving.Zip(peer, (a, b) => a / b)).Text("F2")} |");
        Line($"| what serves, on noise | {Spread.Of(noise).Text("F1")} | {Spread.Of(noise.Zip(peer, (a, b) => a / b)).Text("F2")} |");
        Line($"| ONNX Runtime | {Spread.Of(peer).Text("F1")} | 1 |\n");

        static double Time(Action<int> classify)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Alone; i++) classify(i);
            return Stopwatch.GetElapsedTime(started).TotalMicroseconds / Alone;
        }
    }

    private void MeasureOnAllCores()
    {
        var rates = Batches.ToDictionary(batch => batch, _ => (Serving: new List<double>(), Noise: new List<double>(), Onnx: new List<double>()));
        for (var round = -1; round < Rounds; round++)
        {
            foreach (var batch in Batches)
            {
                var (serving, noise, onnx) = (Rate(batch, (core, i) => Classify(core, _pixels, i, batch)), Rate(batch, (core, i) => Classify(core, _noise, i, batch)), OnnxRate(batch));
                if (round < 0) continue;
                rates[batch].Serving.Add(serving);
                rates[batch].Noise.Add(noise);
                rates[batch].Onnx.Add(onnx);
            }
        }
        Line($"| images/s on all cores, batch | what serves | on noise | ONNX Runtime | ratio |\n|---|---:|---:|---:|---:|");
        foreach (var (batch, rate) in rates)
            Line($"| {batch} | {Text(rate.Serving)} | {Text(rate.Noise)} | {Text(rate.Onnx)} | {Spread.Of(rate.Serving.Zip(rate.Onnx, (a, b) => a / b)).Text("F2")} |");
        var best = Enumerable.Range(0, Rounds).Select(round => (Serving: rates.Values.Max(r => r.Serving[round]), Noise: rates.Values.Max(r => r.Noise[round]), Onnx: rates.Values.Max(r => r.Onnx[round]))).ToList();
        Line($"| the best of a round | {Text(best.Select(b => b.Serving))} | {Text(best.Select(b => b.Noise))} | {Text(best.Select(b => b.Onnx))} | {Spread.Of(best.Select(b => b.Serving / b.Onnx)).Text("F2")} |");

        static string Text(IEnumerable<double> rates) => Spread.Of(rates).Text("N0");
    }

    private void Classify(int core, byte[] pixels, int first, int count)
    {
        Span<float> probabilities = stackalloc float[count * 10];
        _serving[core].Classify(pixels.AsSpan(first * 784, count * 784), probabilities);
    }

    private double OnnxRate(int batch)
    {
        var callers = Enumerable.Range(0, Pictures / batch).Select(i => new OnnxCaller(_sessions[i % _sessions.Length], batch)).ToArray();
        for (var i = 0; i < callers.Length; i++) OnnxNetwork.ToFloats(_pixels.AsSpan(i * batch * 784, batch * 784), callers[i].Pixels);
        var rate = Rate(batch, (_, first) => callers[first / batch].Run());
        foreach (var caller in callers) caller.Dispose();
        return rate;
    }

    /// <summary>Measures images per second. The batches are distributed over the cores in round-robin order.</summary>
    /// <param name="batch">Images per batch.</param>
    /// <param name="classify">Classifies one batch. Its arguments are the core and the index of the batch's first image.</param>
    private double Rate(int batch, Action<int, int> classify)
    {
        var cores = _sessions.Length;
        var started = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, cores).Select(core => new Thread(() =>
        {
            for (var i = core; i < Pictures / batch; i += cores) classify(core, i * batch);
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return Pictures / batch * batch / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private void Line(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
