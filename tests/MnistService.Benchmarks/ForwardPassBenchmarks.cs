using BenchmarkDotNet.Attributes;
using Microsoft.ML.OnnxRuntime;
using MnistService.Benchmarks.Peers;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Registry;

namespace MnistService.Benchmarks;

/// <summary>
/// Forward pass of the shipped network on one thread, from a batch of byte pixels to probabilities. Compares the service's classifier, unmodified
/// TorchSharp modules, and ONNX Runtime. The time is per image.
/// </summary>
public class ForwardPassBenchmarks
{
    private const int Pictures = 256;

    private readonly float[] _probabilities = new float[Pictures * 10];
    private byte[] _pixels = [];
    private IDigitClassifier _serving = null!;
    private PlainModules _modules = null!;
    private InferenceSession _session = null!;
    private OnnxCaller _onnx = null!;

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
        _serving = store.Load(store.CurrentId!, DeviceChoice.Resolve("cpu"), 1)[0];
        _modules = new(store);
        _session = OnnxNetwork.Open(OnnxNetwork.Write(), threads: 1);
        _onnx = new(_session, Batch);
        _pixels = MnistPixels.Take(Pictures);
    }

    [GlobalCleanup]
    public void Unload()
    {
        foreach (var part in new IDisposable[] { _serving, _modules, _onnx, _session }) part.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Pictures)]
    public void Serving()
    {
        for (var start = 0; start < Pictures; start += Batch) _serving.Classify(PixelsOf(start), ProbabilitiesOf(start));
    }

    [Benchmark(OperationsPerInvoke = Pictures)]
    public void ModulesAsTheyAre()
    {
        for (var start = 0; start < Pictures; start += Batch) _modules.Classify(PixelsOf(start), ProbabilitiesOf(start));
    }

    [Benchmark(OperationsPerInvoke = Pictures)]
    public void OnnxRuntime()
    {
        for (var start = 0; start < Pictures; start += Batch)
        {
            OnnxNetwork.ToFloats(PixelsOf(start), _onnx.Pixels);
            _onnx.Run();
            _onnx.Probabilities.CopyTo(ProbabilitiesOf(start));
        }
    }

    private ReadOnlySpan<byte> PixelsOf(int start) => _pixels.AsSpan(start * 784, Batch * 784);

    private Span<float> ProbabilitiesOf(int start) => _probabilities.AsSpan(start * 10, Batch * 10);
}
