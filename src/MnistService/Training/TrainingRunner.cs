using System.Diagnostics;
using Microsoft.Extensions.Options;
using MnistService.Datasets;
using MnistService.Hosting;
using MnistService.Model.Data;
using MnistService.Model.Inference;
using MnistService.Model.Networks;
using MnistService.Model.Runtime;
using MnistService.Model.Storage;
using MnistService.Model.Training;
using MnistService.Models;

namespace MnistService.Training;

/// <summary>Runs one job on the calling thread: data, training, evaluation, storage, and the decision whether its model serves.</summary>
internal sealed partial class TrainingRunner(
    TrainingJobs jobs,
    TrainingData data,
    JobCheckpoints checkpoints,
    ModelStore store,
    ModelActivation activation,
    ComputeDevice device,
    IOptions<TrainingOptions> options,
    TimeProvider time,
    ILogger<TrainingRunner> log)
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(0.5);

    /// <param name="job">A job in state running; in a final state when this returns.</param>
    /// <param name="cancelled">The client's cancellation, or the service's stop.</param>
    /// <param name="stopping">The service's stop alone.</param>
    internal void Run(TrainingJob job, CancellationToken cancelled, CancellationToken stopping)
    {
        Log.Started(log, job.Id, job.Settings.Recipe.Network, job.Settings.Recipe.Mode);
        try
        {
            var (card, decision) = TrainAndStore(job, cancelled);
            jobs.Finish(job.Id, JobState.Succeeded, card, decision, error: null);
            checkpoints.Delete(job.Id);
            Log.Succeeded(log, job.Id, card.Id, card.Test?.Accuracy, card.Training?.Seconds, decision.Reason);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            var state = stopping.IsCancellationRequested ? JobState.Interrupted : JobState.Cancelled;
            jobs.Finish(job.Id, state, model: null, activation: null, error: null);
            Log.Stopped(log, job.Id, state);
        }
        catch (Exception e)
        {
            // The client is told what it can act on; libtorch's own texts, with their stack traces, stay in the log.
            var error = e switch
            {
                DivergedException => new JobError("diverged", e.Message),
                ModelFormatException => new JobError("checkpoint_damaged", $"The job cannot go on: {e.Message} Start a new one."),
                DataChangedException => new JobError("data_changed", e.Message),
                MnistUnavailableException => new JobError("data_unavailable", e.Message),
                IOException or UnauthorizedAccessException => new JobError("storage_failed", $"The model or its checkpoint could not be written: {e.Message}"),
                _ => new JobError("training_failed", "Training failed; the service's log has the reason under this job's id."),
            };
            jobs.Finish(job.Id, JobState.Failed, model: null, activation: null, error);
            Log.Failed(log, e, job.Id, error.Code);
        }
    }

    private (ModelCard Card, ActivationDecision Decision) TrainAndStore(TrainingJob job, CancellationToken cancelled)
    {
        var (recipe, pictures) = (job.Settings.Recipe, data.Load(job.Settings.Data, cancelled));
        var heldOut = recipe.HeldOutOf(pictures.Train.Count);
        var training = pictures.Train.Slice(0, pictures.Train.Count - heldOut);
        var validation = heldOut == 0 ? null : pictures.Train.Slice(training.Count, heldOut);

        var trained = Train(job, training, validation, cancelled);

        var id = $"{recipe.Network.ToString().ToLowerInvariant()}-{SortableId.New(time)}";
        using var classifier = new TorchDigitClassifier(id, recipe.Network, trained.State, PixelScaling.Unit, device.Choice);
        var measured = validation is null ? null : Evaluation.Measure(classifier, validation, cancelled);
        var test = pictures.Test is null ? null : Evaluation.Measure(classifier, pictures.Test, cancelled); // once, at the end, and nothing is chosen by it
        var golden = GoldenInputs.Ask(classifier);
        var card = store.Add(checksum => new ModelCard
        {
            Id = id,
            Name = job.Name,
            Network = recipe.Network,
            Parameters = trained.Parameters,
            CreatedAt = time.GetUtcNow(),
            WeightsSha256 = checksum,
            Validation = ModelCard.Measurement.Of(measured),
            Test = ModelCard.Measurement.Of(test),
            GoldenOutputs = golden,
            Training = new(job.Id, recipe, job.Settings.Data, pictures.Sha256, training.Count, device.Choice.Name, options.Value.ThreadCount,
                TorchRuntime.Version, VersionEndpoint.Informational, trained.Seconds, trained.Epochs),
        }, trained.State, test);
        return (card, activation.Decide(card, measured, job.Settings.Activate, validation, cancelled));
    }

    private TrainedNetwork Train(TrainingJob job, LabelledImages training, LabelledImages? validation, CancellationToken cancelled)
    {
        var checkpoint = checkpoints.Find(job.Id);
        if (checkpoint is not null) Log.GoesOn(log, job.Id, checkpoint.Step);
        var epochs = new List<EpochResult>(checkpoint?.Epochs ?? []);
        var lastReport = long.MinValue;
        var trainer = new Trainer(job.Settings.Recipe, device.Choice, options.Value.ThreadCount)
        {
            StartFrom = checkpoint,
            OnCheckpoint = reached => checkpoints.Write(job.Id, reached),
            OnProgress = progress =>
            {
                if (lastReport != long.MinValue && Stopwatch.GetElapsedTime(lastReport) < ReportInterval && progress.Step < progress.Steps) return;
                lastReport = Stopwatch.GetTimestamp();
                jobs.Report(job.Id, progress);
            },
            OnEpoch = epoch =>
            {
                epochs.Add(epoch);
                jobs.Report(job.Id, epochs);
                Log.Epoch(log, job.Id, epoch.Epoch, epoch.TrainLoss, epoch.TrainAccuracy, epoch.ValidationAccuracy, epoch.Seconds);
            },
        };
        return trainer.Train(training, validation, cancelled);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Training job {Job} started: {Network}, {Mode}")]
        public static partial void Started(ILogger log, string job, NetworkKind network, TrainingMode mode);

        [LoggerMessage(LogLevel.Information, "Training job {Job} goes on after step {Step}")]
        public static partial void GoesOn(ILogger log, string job, int step);

        [LoggerMessage(LogLevel.Information, "Training job {Job} epoch {Epoch}: loss {Loss:f4}, accuracy {Accuracy:f4}, validation {Validation:f4}, {Seconds:f1} s")]
        public static partial void Epoch(ILogger log, string job, int epoch, double loss, double accuracy, double? validation, double seconds);

        [LoggerMessage(LogLevel.Information, "Training job {Job} made model {Model}: test accuracy {Accuracy:f4} in {Seconds:f1} s. {Decision}")]
        public static partial void Succeeded(ILogger log, string job, string model, double? accuracy, double? seconds, string decision);

        [LoggerMessage(LogLevel.Information, "Training job {Job} stopped: {State}")]
        public static partial void Stopped(ILogger log, string job, JobState state);

        [LoggerMessage(LogLevel.Error, "Training job {Job} failed: {Code}")]
        public static partial void Failed(ILogger log, Exception exception, string job, string code);
    }
}
