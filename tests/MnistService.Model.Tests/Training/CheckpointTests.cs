using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Native;
using MnistService.Model.Training;
using MnistService.Model.Weights;

namespace MnistService.Model.Tests.Training;

/// <summary>A run that is stopped and resumed ends with the same weights, bit for bit, as an uninterrupted run.</summary>
public sealed class CheckpointTests : IDisposable
{
    private const int StepsPerEpoch = 8;

    private static readonly DeviceChoice Cpu = new("cpu", "test");

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("checkpoint-").FullName, "job.safetensors");

    public CheckpointTests() => TorchRuntime.Load();

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    private static Hyperparameters Settings(NetworkKind network, TrainingMode mode) => new()
    {
        Network = network,
        Mode = mode,
        Augmentation = mode == TrainingMode.Generator ? new() : null,
        Epochs = 3,
        BatchSize = 64,
    };

    /// <summary>
    /// Trains from the checkpoint file if it exists; if stopped after <paramref name="stopAfter"/> steps, writes the next checkpoint and returns null.
    /// </summary>
    private TrainedNetwork? Train(Hyperparameters settings, int? stopAfter = null, Action<EpochResult>? onEpoch = null, int threads = 1, bool isMixture = false)
    {
        using var stop = new CancellationTokenSource();
        const int images = 64 * StepsPerEpoch, more = 100;
        var training = isMixture ? new ImageMixture(SyntheticDigits.Make(images + more), [new(images, 1), new(more, 0.3)]) : new(SyntheticDigits.Make(images));
        var from = CheckpointFile.Find(_path);
        var trainer = new Trainer(settings, Cpu, threads)
        {
            StartFrom = from,
            OnCheckpoint = checkpoint => CheckpointFile.Write(_path, checkpoint),
            OnEpoch = onEpoch ?? (_ => { }),
            OnStep = step =>
            {
                if (step == stopAfter) stop.Cancel();
            },
        };
        try
        {
            return trainer.Train(training, SyntheticDigits.Make(64, seed: 2), stop.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    [Theory]
    [InlineData(NetworkKind.Mlp, TrainingMode.Dataset, 1, false)]
    [InlineData(NetworkKind.Mlp, TrainingMode.Generator, 2, true)]
    [InlineData(NetworkKind.Cnn, TrainingMode.Dataset, 2, true)]
    [InlineData(NetworkKind.Cnn, TrainingMode.Generator, 1, false)]
    public void Stopped_anywhere_and_gone_on_with_it_ends_with_the_same_weights(NetworkKind network, TrainingMode mode, int threads, bool isMixture)
    {
        var settings = Settings(network, mode);
        var whole = Train(settings, threads: threads, isMixture: isMixture)!;
        File.Delete(_path);

        // Stops in the middle of an epoch, at its last step (before validation), right after one, and at the last step of the run.
        var epochs = new List<int>();
        foreach (var stop in new[] { 3, StepsPerEpoch, StepsPerEpoch + 1, 2 * StepsPerEpoch + 5, 3 * StepsPerEpoch })
            Assert.Null(Train(settings, stop, epoch => epochs.Add(epoch.Epoch), threads, isMixture));
        var pieces = Train(settings, onEpoch: epoch => epochs.Add(epoch.Epoch), threads: threads, isMixture: isMixture)!;

        Assert.Equal(Safetensors.Write(whole.State), Safetensors.Write(pieces.State));
        Assert.Equal([1, 2, 3], epochs);
        foreach (var (a, b) in whole.Epochs.Zip(pieces.Epochs)) Assert.Equal(a with { Seconds = 0 }, b with { Seconds = 0 });
        Assert.True(pieces.Seconds > 0);
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused()
    {
        Train(Settings(NetworkKind.Mlp, TrainingMode.Dataset), 3);
        Assert.Throws<ModelFormatException>(() => Train(Settings(NetworkKind.Cnn, TrainingMode.Dataset)));
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        Train(Settings(NetworkKind.Mlp, TrainingMode.Dataset), 3);
        var bytes = File.ReadAllBytes(_path);
        foreach (var spoil in new Action<byte[]>[] { b => b[^1] ^= 1, b => b[20] ^= 0xFF })
        {
            var spoiled = bytes.ToArray();
            spoil(spoiled);
            File.WriteAllBytes(_path, spoiled);
            Assert.Throws<ModelFormatException>(() => CheckpointFile.Find(_path));
        }
        File.WriteAllBytes(_path, bytes[..^100]);
        Assert.Throws<ModelFormatException>(() => CheckpointFile.Find(_path));
    }
}
