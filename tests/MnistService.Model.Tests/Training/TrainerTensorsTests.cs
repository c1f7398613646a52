using MnistService.Model.Architectures;
using MnistService.Model.Native;
using MnistService.Model.Training;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Training;

/// <summary>Counts the process's tensors, so no other test runs beside it.</summary>
[Collection(AloneCollection.Name)]
public sealed class TrainerTensorsTests
{
    private static readonly DeviceChoice Cpu = new("cpu", "test");

    public TrainerTensorsTests() => TorchRuntime.Load();

    /// <summary>Nothing is left to the garbage collector, which knows nothing of the memory behind a tensor.</summary>
    [Theory]
    [InlineData(NetworkKind.Mlp)]
    [InlineData(NetworkKind.Cnn)]
    public void A_run_leaves_no_tensor_behind(NetworkKind network)
    {
        var settings = new TrainingSettings { Network = network, Epochs = 2, BatchSize = 64 };
        Train(settings, null); // what is made once
        GC.Collect(); // what tests before this one left to it goes now, and not between two counts
        GC.WaitForPendingFinalizers();
        var before = TorchRuntime.LiveTensors;
        for (var i = 0; i < 5; i++) Train(settings, null);
        Assert.Equal(before, TorchRuntime.LiveTensors);
        for (var i = 0; i < 5; i++) Train(settings, Stopped(settings));
        Assert.Equal(before, TorchRuntime.LiveTensors);
    }

    private static void Train(TrainingSettings settings, Checkpoint? from) =>
        new Trainer(settings, Cpu, threads: 2) { StartFrom = from }.Train(SyntheticDigits.Make(640), SyntheticDigits.Make(128, seed: 2), TestContext.Current.CancellationToken);

    /// <returns>What a run that was cancelled in its second pass has saved.</returns>
    private static Checkpoint Stopped(TrainingSettings settings)
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Checkpoint? saved = null;
        var trainer = new Trainer(settings, Cpu, threads: 2) { OnCheckpoint = checkpoint => saved = checkpoint, OnStep = step => { if (step == 15) cancelled.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => trainer.Train(SyntheticDigits.Make(640), null, cancelled.Token));
        return saved!;
    }
}
