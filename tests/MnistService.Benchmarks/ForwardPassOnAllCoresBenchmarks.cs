using BenchmarkDotNet.Attributes;
using Microsoft.ML.OnnxRuntime;
using MnistService.Benchmarks.Peers;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Registry;
using MnistService.Model.Training.Steps;

namespace MnistService.Benchmarks;

/// <summary>
/// Throughput of the service's classifier and of ONNX Runtime on all cores: one thread per core, each with its own classifier or session; the batches are
/// distributed in round-robin order. The time is per image: with perfect scaling, two cores need half the time of one core.
/// </summary>
public class ForwardPassOnAllCoresBenchmarks
{
    private const int Pictures = 4096;

    private readonly float[] _probabilities = new float[Pictures * 10];
    private byte[] _pixels = [];
    private ThreadTeam _threads = null!;
    private IReadOnlyList<IDigitClassifier> _serving = [];
    private InferenceSession[] _sessions = [];
    private OnnxCaller[] _onnx = [];

    [Params(1, 8, 16, 32, 64, 256)]
    public int Batch { get; set; }

    [ParamsSource(nameof(Sources))]
    public string Pixels { get; set; } = "";

    public static IEnumerable<string> Sources => [MnistPixels.Source];

    [GlobalSetup]
    public void Load()
    {
        TorchRuntime.Load();
        var store = new ModelStore(Path.Combine(Repository.Root, "models"));
        var (cores, model) = (Environment.ProcessorCount, OnnxNetwork.Write());
        _threads = new(cores);
        _serving = store.Load(store.CurrentId!, DeviceChoice.Resolve("cpu"), cores);
        _sessions = [.. Enumerable.Range(0, cores).Select(_ => OnnxNetwork.Open(model, threads: 1))];
        _onnx = [.. _sessions.Select(session => new OnnxCaller(session, Batch))];
        _pixels = MnistPixels.Take(Pictures);
    }

    [GlobalCleanup]
    public void Unload()
    {
        IDisposable[] parts = [_threads, .. _serving, .. _onnx, .. _sessions];
        foreach (var part in parts) part.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Pictures)]
    public void Serving() => OnAllCores((thread, start) => _serving[thread].Classify(PixelsOf(start), ProbabilitiesOf(start)));

    [Benchmark(OperationsPerInvoke = Pictures)]
    public void OnnxRuntime() => OnAllCores((thread, start) =>
    {
        OnnxNetwork.ToFloats(PixelsOf(start), _onnx[thread].Pixels);
        _onnx[thread].Run();
        _onnx[thread].Probabilities.CopyTo(ProbabilitiesOf(start));
    });

    private void OnAllCores(Action<int, int> classify) => _threads.Run(thread =>
    {
        for (var start = thread * Batch; start < Pictures; start += _threads.Count * Batch) classify(thread, start);
    });

    private ReadOnlySpan<byte> PixelsOf(int start) => _pixels.AsSpan(start * 784, Batch * 784);

    private Span<float> ProbabilitiesOf(int start) => _probabilities.AsSpan(start * 10, Batch * 10);
}
