using BenchmarkDotNet.Attributes;
using MnistService.Model.Inference;
using MnistService.Model.Runtime;
using MnistService.Model.Storage;

namespace MnistService.Benchmarks;

/// <summary>The shipped network on batches as the queue forms them; the time is for one picture.</summary>
public class ForwardPassBenchmarks
{
    private const int Pictures = 256;

    private readonly byte[] _pixels = new byte[Pictures * 784];
    private readonly float[] _probabilities = new float[Pictures * 10];
    private IDigitClassifier _classifier = null!;

    [Params(1, 8, 32, 256)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Load()
    {
        TorchRuntime.Load();
        var store = new ModelStore(Path.Combine(Repository.Root, "models"));
        _classifier = store.Load(store.CurrentId!, DeviceChoice.Resolve("auto"), 1)[0];
        new Random(1).NextBytes(_pixels);
    }

    [GlobalCleanup]
    public void Unload() => _classifier.Dispose();

    [Benchmark(OperationsPerInvoke = Pictures)]
    public void Classify()
    {
        for (var start = 0; start < Pictures; start += Batch)
            _classifier.Classify(_pixels.AsSpan(start * 784, Batch * 784), _probabilities.AsSpan(start * 10, Batch * 10));
    }
}
