using BenchmarkDotNet.Attributes;
using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Native;
using MnistService.Model.Training;
using MnistService.Model.Training.Steps;
using static TorchSharp.torch;
using AdamW = TorchSharp.Modules.AdamW;

namespace MnistService.Benchmarks;

/// <summary>
/// Training steps of the CNN with batches of 128 on all cores, compared with a straightforward loop: unmodified TorchSharp modules and TorchSharp's AdamW,
/// with libtorch's own threads on all cores. The time is per step; an epoch of 60,000 images has 469 steps.
/// </summary>
public class TrainingBenchmarks
{
    private const int Steps = 40, BatchSize = 128, Pictures = Steps * BatchSize;

    private readonly LabeledImages _images = new(new byte[Pictures * 784], new byte[Pictures]);
    private TrainingRun? _asTheyAre, _distorted;
    private DigitCnn _network = null!;
    private AdamW _optimizer = null!;
    private Tensor _pixels = null!, _labels = null!;

    [GlobalSetup]
    public void Prepare()
    {
        TorchRuntime.Load();
        var random = new Random(1);
        random.NextBytes(_images.Pixels);
        for (var i = 0; i < Pictures; i++) _images.Labels[i] = (byte)random.Next(10);
        _asTheyAre = Run(new Hyperparameters { Mode = TrainingMode.Dataset, Augmentation = null });
        _distorted = Run(new Hyperparameters());
        _network = new DigitCnn();
        _network.train();
        _optimizer = optim.AdamW(_network.parameters(), 1e-3);
        _pixels = tensor(_images.Pixels, [Pictures, 1, 28, 28], dtype: ScalarType.Byte);
        _labels = tensor(_images.Labels, dtype: ScalarType.Byte).to(ScalarType.Int64);
    }

    private TrainingRun Run(Hyperparameters settings)
    {
        var run = new TrainingRun(settings, new ImageMixture(_images), CPU, Environment.ProcessorCount, steps: 1_000_000);
        run.BeginEpoch(1, isTakenUp: false);
        return run;
    }

    [GlobalCleanup]
    public void Release()
    {
        foreach (var part in new IDisposable?[] { _asTheyAre, _distorted, _optimizer, _network, _pixels, _labels }) part?.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps)]
    public void PlainLoop()
    {
        set_num_threads(Environment.ProcessorCount);
        for (var step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            var x = _pixels.narrow(0, step * BatchSize, BatchSize).to(ScalarType.Float32).div_(255).sub_(0.1307).div_(0.3081);
            var y = _labels.narrow(0, step * BatchSize, BatchSize);
            _optimizer.zero_grad();
            nn.functional.cross_entropy(_network.forward(x), y).backward();
            _optimizer.step();
        }
        set_num_threads(1);
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Trainer() => Learn(_asTheyAre!);

    [Benchmark(OperationsPerInvoke = Steps)]
    public void TrainerWithDistortions() => Learn(_distorted!);

    private static void Learn(TrainingRun run)
    {
        for (var step = 0; step < Steps; step++) run.Learn(step);
    }
}
