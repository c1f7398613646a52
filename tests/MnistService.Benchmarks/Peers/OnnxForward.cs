using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using MnistService.Benchmarks.Load;

namespace MnistService.Benchmarks.Peers;

/// <summary>
/// The forward pass of ONNX Runtime on all cores for as many images as Kaggle's file has rows, without CSV parsing and without a response. It tries several
/// batch sizes and thread configurations and reports the fastest.
/// </summary>
internal static class OnnxForward
{
    private static readonly int[] Batches = [8, 16, 32, 64];

    internal static int Run(string modelFile)
    {
        var model = File.ReadAllBytes(modelFile);
        var pixels = KaggleFile.Pixels();
        var (cores, runs) = (Environment.ProcessorCount, new List<(string SetUp, double Seconds)>());
        foreach (var (sessions, threads) in new[] { (cores, 1), (1, cores) }.Distinct())
        {
            foreach (var batch in Batches)
            {
                runs.Add((Line($"batch {batch}, {Count(sessions, "session")} × {Count(threads, "thread")}"), Measure(model, pixels, batch, sessions, threads)));
                Console.WriteLine(Line($"{runs[^1].SetUp}: {runs[^1].Seconds:f3} s, {KaggleFile.Rows / runs[^1].Seconds:f0} images/s"));
            }
        }
        var (setUp, seconds) = runs.MinBy(run => run.Seconds);
        Console.WriteLine(Line($"best: {seconds:f4} s, {KaggleFile.Rows / seconds:f0} images/s, {setUp}"));
        return 0;
    }

    private static double Measure(byte[] model, byte[] pixels, int batch, int sessions, int threads)
    {
        var teams = Enumerable.Range(0, sessions).Select(_ => OnnxNetwork.Open(model, threads)).ToArray();
        // Converts all images before the clock starts, with one caller per batch.
        var callers = Enumerable.Range(0, KaggleFile.Rows / batch).Select(i => new OnnxCaller(teams[i % sessions], batch)).ToArray();
        for (var i = 0; i < callers.Length; i++) OnnxNetwork.ToFloats(pixels.AsSpan(i * batch * 784, batch * 784), callers[i].Pixels);
        foreach (var caller in callers.Take(50 * sessions)) caller.Run();

        var started = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, sessions).Select(session => new Thread(() =>
        {
            for (var i = session; i < callers.Length; i += sessions) callers[i].Run();
        })).ToArray();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        foreach (var caller in callers) caller.Dispose();
        foreach (var session in teams) session.Dispose();
        return seconds * KaggleFile.Rows / (callers.Length * batch); // scales up to all rows: 28,000 is not a multiple of 64
    }

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : Line($"{number} {noun}s");

    private static string Line(DefaultInterpolatedStringHandler text) => string.Create(CultureInfo.InvariantCulture, ref text);
}
