using System.Diagnostics;
using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Training.Steps;
using MnistService.Model.Weights;
using static TorchSharp.torch;

namespace MnistService.Model.Training;

/// <summary>
/// Runs the training loop on the calling thread, which should be a dedicated thread. The trainer creates its own network instance, which is not shared
/// with inference.
/// </summary>
public sealed class Trainer
{
    private const int StepsPerReport = 25;

    private readonly Hyperparameters _settings;
    private readonly DeviceChoice _device;
    private readonly int _threads;

    /// <param name="device">The device on which the training runs.</param>
    /// <param name="threads">Maximum number of threads on the CPU. The trained weights depend on the number of threads.</param>
    public Trainer(Hyperparameters settings, DeviceChoice device, int threads)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(device);
        (_settings, _device, _threads) = (settings, device, threads);
    }

    /// <summary>Called on the training thread every 25 steps and after the last step of each epoch.</summary>
    public Action<TrainingProgress> OnProgress { get; init; } = _ => { };

    /// <summary>Called on the training thread after each epoch, with the metrics of the epoch.</summary>
    public Action<EpochResult> OnEpoch { get; init; } = _ => { };

    /// <summary>Called on the training thread after each step, with the number of the step (from 1).</summary>
    public Action<int> OnStep { get; init; } = _ => { };

    /// <summary>Called on the training thread after each epoch and when the run is canceled, with the state from which the run can resume.</summary>
    public Action<Checkpoint> OnCheckpoint { get; init; } = _ => { };

    /// <summary>The checkpoint to resume from; <c>null</c> starts a new run.</summary>
    public Checkpoint? StartFrom { get; init; }

    /// <summary>Initial weights; <c>null</c> for random weights. Ignored if <see cref="StartFrom"/> is set.</summary>
    public StateDict? InitialWeights { get; init; }

    /// <summary>Trains until all steps are done.</summary>
    /// <param name="training">Training images; at least one batch per epoch.</param>
    /// <param name="validation">Validation images, which are evaluated after each epoch; <c>null</c> for none.</param>
    /// <param name="cancellation">Checked between training steps and between validation batches.</param>
    /// <exception cref="ArgumentException">The training images of one epoch do not fill one batch.</exception>
    /// <exception cref="ModelFormatException">The checkpoint or the initial weights do not match the network.</exception>
    /// <exception cref="DivergedException">The loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">The run was canceled. <see cref="OnCheckpoint"/> has been called.</exception>
    public TrainedNetwork Train(ImageMixture training, LabeledImages? validation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(training);
        var stepsPerEpoch = training.EpochImages / _settings.BatchSize;
        if (stepsPerEpoch == 0)
            throw new ArgumentException($"There are {training.EpochImages} training images per epoch; expected at least one batch of {_settings.BatchSize}.", nameof(training));
        var steps = _settings.Steps ?? _settings.Epochs * stepsPerEpoch;
        var epochs = (steps + stepsPerEpoch - 1) / stepsPerEpoch;

        using var scope = NewDisposeScope();
        using var run = new TrainingRun(_settings, training, _device.ToTorch(), _threads, steps);
        if (StartFrom is { } checkpoint) run.Load(checkpoint);
        else if (InitialWeights is { } weights) run.Begin(weights);
        try
        {
            for (var epoch = run.Epochs.Count + 1; epoch <= epochs; epoch++)
            {
                var before = (epoch - 1) * stepsPerEpoch; // number of steps in the previous epochs
                run.BeginEpoch(epoch, isTakenUp: StartFrom is not null && epoch == StartFrom.Epochs.Count + 1 && run.Step > before);
                LearnEpoch(run, epoch, epochs, before, Math.Min(steps, before + stepsPerEpoch), steps, cancellation);
                var measured = validation is null ? null : Validate(run.Export(), validation, cancellation);
                var (loss, right) = run.ReadSums();
                var seen = (run.Step - before) * _settings.BatchSize;
                var result = new EpochResult(epoch, loss / seen, right / seen, measured?.Loss, measured?.Accuracy, run.LearningRate, (run.Elapsed - run.EpochStarted).TotalSeconds);
                run.Epochs.Add(result);
                OnEpoch(result);
                OnCheckpoint(run.Save());
            }
        }
        catch (OperationCanceledException)
        {
            OnCheckpoint(run.Save());
            throw;
        }
        return new TrainedNetwork(run.ParameterCount, run.Export(), run.Epochs, run.Elapsed.TotalSeconds);
    }

    /// <inheritdoc cref="Train(ImageMixture, LabeledImages, CancellationToken)"/>
    public TrainedNetwork Train(LabeledImages training, LabeledImages? validation, CancellationToken cancellation) =>
        Train(new ImageMixture(training), validation, cancellation);

    /// <summary>Runs the remaining steps of one epoch.</summary>
    /// <param name="from">Number of steps in the previous epochs.</param>
    /// <param name="to">Number of the epoch's last step.</param>
    private void LearnEpoch(TrainingRun run, int epoch, int epochs, int from, int to, int steps, CancellationToken cancellation)
    {
        var (reported, reportedStep) = (Stopwatch.GetTimestamp(), run.Step);
        while (run.Step < to)
        {
            cancellation.ThrowIfCancellationRequested();
            run.Learn(run.Step - from);
            OnStep(run.Step);
            if (run.Step % StepsPerReport != 0 && run.Step != to) continue;
            if (!float.IsFinite(run.ReadSums().Loss)) throw new DivergedException(run.Step);
            var images = (run.Step - reportedStep) * _settings.BatchSize;
            OnProgress(new(epoch, epochs, run.Step, steps, images / Stopwatch.GetElapsedTime(reported).TotalSeconds, run.Elapsed.TotalSeconds / run.Step * (steps - run.Step)));
            (reported, reportedStep) = (Stopwatch.GetTimestamp(), run.Step);
        }
    }

    private EvaluationResult Validate(StateDict state, LabeledImages validation, CancellationToken cancellation)
    {
        using var classifier = DigitClassifiers.CreateOne("validation", _settings.Network, state, PixelScaling.Unit, _device);
        return EvaluationResult.Measure(classifier, validation, cancellation);
    }
}

/// <summary>The result of a completed training run.</summary>
/// <param name="Parameters">Number of trainable parameters (weights and biases).</param>
/// <param name="State">
/// The final weights and running statistics of batch norm: their exponential moving averages, or the values of the last step if averaging is off.
/// </param>
/// <param name="Epochs">One result per epoch.</param>
/// <param name="Seconds">Duration of the whole run in seconds, including the time before an interruption.</param>
public sealed record TrainedNetwork(long Parameters, StateDict State, IReadOnlyList<EpochResult> Epochs, double Seconds);

/// <summary>Progress of a training run.</summary>
/// <param name="Epoch">Number of the current epoch, from 1.</param>
/// <param name="Epochs">Total number of epochs.</param>
/// <param name="Step">Number of completed steps (batches).</param>
/// <param name="Steps">Total number of steps.</param>
/// <param name="ImagesPerSecond">Throughput, in images per second, since the previous report or the start of the epoch.</param>
/// <param name="EtaSeconds">Estimated remaining time in seconds, based on the average time per step so far.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, int Step, int Steps, double ImagesPerSecond, double EtaSeconds);

/// <summary>Thrown if the training loss is infinite or NaN. The run stops without a trained network.</summary>
public sealed class DivergedException(int step)
    : Exception($"The training loss is infinite or NaN at step {step}. Train again with a lower learning rate.")
{
    public int Step { get; } = step;
}
