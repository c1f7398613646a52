using MnistService.Model.Architectures;
using MnistService.Model.Native;
using MnistService.Model.Training;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Training;

/// <summary>Not run in parallel, because it counts the tensors of the whole process.</summary>
[Collection(AloneCollection.Name)]
public sealed class TrainerTensorsTests
{
    private static readonly DeviceChoice Cpu = new("cpu", "test");

    public TrainerTensorsTests() => TorchRuntime.Load();

    /// <summary>Training must dispose of all tensors itself: the garbage collector does not see the native memory of a tensor.</summary>
    [Theory]
    [InlineData(NetworkKind.Mlp)]
    [InlineData(NetworkKind.Cnn)]
    public void A_run_leaves_no_tensor_behind(NetworkKind network)
    {
        var settings = new Hyperparameters { Network = network, Epochs = 2, BatchSize = 64 };
        Train(settings, null); // warm-up: one-time tensors
        GC.Collect(); // finalizes tensors of earlier tests now, not between two counts
        GC.WaitForPendingFinalizers();
        var before = TorchRuntime.LiveTensors;
        for (var i = 0; i < 5; i++) Train(settings, null);
        Assert.Equal(before, TorchRuntime.LiveTensors);
        for (var i = 0; i < 5; i++) Train(settings, Stopped(settings));
        Assert.Equal(before, TorchRuntime.LiveTensors);
    }

    private static void Train(Hyperparameters settings, Checkpoint? from) =>
        new Trainer(settings, Cpu, threads: 2) { StartFrom = from }.Train(SyntheticDigits.Make(640), SyntheticDigits.Make(128, seed: 2), TestContext.Current.CancellationToken);

    /// <returns>The checkpoint of a run that was canceled in its second epoch.</returns>
    private static Checkpoint Stopped(Hyperparameters settings)
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Checkpoint? saved = null;
        var trainer = new Trainer(settings, Cpu, threads: 2) { OnCheckpoint = checkpoint => saved = checkpoint, OnStep = step => { if (step == 15) cancelled.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => trainer.Train(SyntheticDigits.Make(640), null, cancelled.Token));
        return saved!;
    }
}
