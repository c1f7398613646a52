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
/// Trains a network: the loop, from the first step to the last. Runs on the calling thread, which should be a dedicated one, and
/// takes a training network of its own that serving never sees.
/// </summary>
public sealed class Trainer
{
    private const int StepsPerReport = 25;

    private readonly TrainingSettings _settings;
    private readonly DeviceChoice _device;
    private readonly int _threads;

    /// <param name="settings">What to do.</param>
    /// <param name="device">Where the network lives.</param>
    /// <param name="threads">Threads to compute with on the CPU: the result depends on their number.</param>
    public Trainer(TrainingSettings settings, DeviceChoice device, int threads)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(device);
        (_settings, _device, _threads) = (settings, device, threads);
    }

    /// <summary>Called every 25 steps and after each epoch, on the training thread.</summary>
    public Action<TrainingProgress> OnProgress { get; init; } = _ => { };

    /// <summary>Called after each epoch, on the training thread.</summary>
    public Action<EpochResult> OnEpoch { get; init; } = _ => { };

    /// <summary>Called after each step with its number, from 1, on the training thread.</summary>
    public Action<int> OnStep { get; init; } = _ => { };

    /// <summary>Called after each epoch, and when the run is cancelled, on the training thread.</summary>
    public Action<Checkpoint> OnCheckpoint { get; init; } = _ => { };

    /// <summary>Where to go on; null begins at the beginning.</summary>
    public Checkpoint? StartFrom { get; init; }

    /// <summary>Weights to begin with instead of random ones; a checkpoint goes before them.</summary>
    public StateDict? InitialWeights { get; init; }

    /// <summary>Trains to the end.</summary>
    /// <param name="training">Pictures to learn from; at least one batch.</param>
    /// <param name="validation">Pictures to measure after each epoch, or null.</param>
    /// <param name="cancellation">Looked at between two steps.</param>
    /// <exception cref="ModelFormatException">The checkpoint or the initial weights are of another network.</exception>
    /// <exception cref="DivergedException">The loss stopped being finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrainedNetwork Train(LabelledImages training, LabelledImages? validation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(training);
        var stepsPerEpoch = training.Count / _settings.BatchSize;
        if (stepsPerEpoch == 0)
            throw new ArgumentException($"{training.Count} pictures do not fill a batch of {_settings.BatchSize}.", nameof(training));
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
                var before = (epoch - 1) * stepsPerEpoch; // steps of the passes before
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

    /// <summary>The steps of one pass, or those that are left of it.</summary>
    /// <param name="from">The step before the pass's first.</param>
    /// <param name="to">The pass's last step.</param>
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

    private EvaluationResult Validate(StateDict state, LabelledImages validation, CancellationToken cancellation)
    {
        using var classifier = DigitClassifiers.CreateOne("validation", _settings.Network, state, PixelScaling.Unit, _device);
        return EvaluationResult.Measure(classifier, validation, cancellation);
    }
}
