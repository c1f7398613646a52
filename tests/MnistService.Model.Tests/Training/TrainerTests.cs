using MnistService.Model.Architectures;
using MnistService.Model.Evaluation;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Training;
using MnistService.Model.Weights;

namespace MnistService.Model.Tests.Training;

public sealed class TrainerTests
{
    private static readonly DeviceChoice Cpu = new("cpu", "test");

    private static readonly Hyperparameters Quick = new()
    {
        Network = NetworkKind.Mlp,
        Mode = TrainingMode.Dataset,
        Augmentation = null,
        Epochs = 3,
        BatchSize = 32,
    };

    public TrainerTests() => TorchRuntime.Load();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(NetworkKind.Mlp, TrainingMode.Dataset)]
    [InlineData(NetworkKind.Cnn, TrainingMode.Dataset)]
    [InlineData(NetworkKind.Cnn, TrainingMode.Generator)]
    public void It_learns(NetworkKind network, TrainingMode mode)
    {
        var small = new AugmentationSettings { Rotation = 3, Shift = 0.01, Zoom = 0.02, Shear = 0.02, Elastic = 0.2 };
        var settings = Quick with { Network = network, Mode = mode, Augmentation = mode == TrainingMode.Generator ? small : null };
        var trained = new Trainer(settings, Cpu, threads: 1).Train(SyntheticDigits.Make(1024), SyntheticDigits.Make(256, seed: 2), Cancellation);
        Assert.True(trained.Epochs[^1].ValidationAccuracy > 0.97, $"Validation accuracy {trained.Epochs[^1].ValidationAccuracy}");
        Assert.True(trained.Epochs[^1].TrainLoss < trained.Epochs[0].TrainLoss);
    }

    [Fact]
    public void The_same_settings_seed_and_threads_give_the_same_weights_and_others_others()
    {
        var settings = new Hyperparameters { Epochs = 1, BatchSize = 64 };
        Assert.Equal(Weights(settings, 1), Weights(settings, 1));
        Assert.Equal(Weights(settings, 2), Weights(settings, 2));
        Assert.NotEqual(Weights(settings, 1), Weights(settings with { Seed = 2 }, 1));
        Assert.NotEqual(Weights(settings, 1), Weights(settings, 2));
        Assert.Equal(Weights(settings, 2), Weights(settings, 8)); // a batch of 64 images is large enough for two threads

        static byte[] Weights(Hyperparameters settings, int threads) =>
            Safetensors.Write(new Trainer(settings, Cpu, threads).Train(SyntheticDigits.Make(256), null, Cancellation).State);
    }

    [Fact]
    public void Every_thread_of_a_batch_counts()
    {
        // 100 images on three threads: 33, 33 and 34.
        var settings = Quick with { Network = NetworkKind.Cnn, BatchSize = 100 };
        var trained = new Trainer(settings, Cpu, threads: 3).Train(SyntheticDigits.Make(1000), SyntheticDigits.Make(256, seed: 2), Cancellation);
        Assert.True(trained.Epochs[^1].ValidationAccuracy > 0.97, $"Validation accuracy {trained.Epochs[^1].ValidationAccuracy}");
        Assert.InRange(trained.Epochs[^1].TrainAccuracy, 0.9, 1);
    }

    [Fact]
    public void What_it_returns_is_what_it_measured()
    {
        var heldOut = SyntheticDigits.Make(128, seed: 3);
        var trained = new Trainer(Quick with { Epochs = 1 }, Cpu, threads: 1).Train(SyntheticDigits.Make(512), heldOut, Cancellation);
        using var classifier = new TorchDigitClassifier("x", NetworkKind.Mlp, trained.State, PixelScaling.Unit, Cpu);
        var measured = EvaluationResult.Measure(classifier, heldOut, Cancellation);
        Assert.Equal(trained.Epochs[0].ValidationAccuracy, measured.Accuracy);
        Assert.Equal(trained.Epochs[0].ValidationLoss!.Value, measured.Loss, 6);
    }

    [Fact]
    public void Steps_end_a_run_in_the_middle_of_an_epoch()
    {
        var reports = new List<TrainingProgress>();
        var trained = new Trainer(Quick with { Steps = 40 }, Cpu, threads: 1) { OnProgress = reports.Add }.Train(SyntheticDigits.Make(32 * 16), null, Cancellation);
        Assert.Equal(3, trained.Epochs.Count); // 16 + 16 + 8 steps
        Assert.Equal(40, reports[^1].Step);
        Assert.Equal((3, 3), (reports[^1].Epoch, reports[^1].Epochs));
        Assert.All(reports, report => Assert.True(report.ImagesPerSecond > 0 && report.EtaSeconds >= 0));
    }

    [Fact]
    public void Cancelling_stops_between_two_steps()
    {
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        var trainer = new Trainer(Quick with { Epochs = 1000 }, Cpu, threads: 1)
        {
            OnProgress = progress =>
            {
                steps = progress.Step;
                cancellation.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() => trainer.Train(SyntheticDigits.Make(3200), null, cancellation.Token));
        Assert.Equal(25, steps); // the first report; there was no second one
    }

    [Fact]
    public void A_loss_that_is_not_a_number_ends_the_run_as_diverged()
    {
        var settings = Quick with { LearningRate = 1e30, Schedule = LearningRateSchedule.Cosine };
        Assert.Throws<DivergedException>(() => new Trainer(settings, Cpu, threads: 1).Train(SyntheticDigits.Make(3200), null, Cancellation));
    }

    [Fact]
    public void Fewer_pictures_than_a_batch_are_refused() =>
        Assert.Throws<ArgumentException>(() => new Trainer(Quick, Cpu, threads: 1).Train(SyntheticDigits.Make(31), null, Cancellation));
}
