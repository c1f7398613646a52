using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Datasets;
using MnistService.Inference;
using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Files;
using MnistService.Model.Native;
using MnistService.Model.Registry;
using MnistService.Model.Scoring;
using MnistService.Model.Training;
using MnistService.Model.Weights;
using MnistService.ModelRegistry;
using MnistService.Operations;
using MnistService.Storage;

namespace MnistService.TrainingJobs;

/// <summary>Runs one job on the calling thread: loads the data, trains, evaluates and stores the model, and applies the promotion policy.</summary>
internal sealed partial class TrainingRunner(
    TrainingJobStore jobs,
    TrainingData data,
    JobCheckpoints checkpoints,
    ModelStore store,
    ModelStorage storage,
    ModelPromotion promotion,
    PromotionCheck check,
    ComputeDevice device,
    IOptions<TrainingOptions> options,
    TimeProvider time,
    ILogger<TrainingRunner> log)
{
    /// <param name="job">A job in the state running. When the method returns, the job is no longer running.</param>
    /// <param name="cancelled">Canceled when a client cancels the job or the service stops.</param>
    /// <param name="stopping">Canceled only when the service stops.</param>
    internal void Run(TrainingJob job, CancellationToken cancelled, CancellationToken stopping)
    {
        Log.Started(log, job.Id, job.Settings.Recipe.Network, job.Settings.Recipe.Mode);
        ModelCard card;
        PromotionDecision decision;
        try
        {
            device.LoadLibTorch();
            var images = JobImages.Split(data.Load(job.Settings.Data, wantsReference: job.Settings.Promote == PromotionPolicy.IfBetter, cancelled), job.Settings.Recipe);
            // If the service stopped after it had stored the model and before it ended the job, the stored model is reused.
            card = store.List().FirstOrDefault(made => made.Training?.Job == job.Id)
                ?? TrainAndStore(job, images, cancelled);
            decision = promotion.Decide(card, job.Settings.Promote, images.Own, cancelled);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            var state = stopping.IsCancellationRequested ? JobState.Interrupted : JobState.Cancelled;
            jobs.Finish(job.Id, state);
            Log.Stopped(log, job.Id, state);
            return;
        }
        catch (Exception e)
        {
            // Clients get errors that they can act on. Messages of libtorch, which contain stack traces, stay in the log.
            var error = e switch
            {
                JobFailedException known => known.Error,
                StorageFullException => new JobError(StorageFullException.Code, e.Message),
                DivergedException => new JobError(JobError.Diverged, e.Message),
                DataChangedException => new JobError("data_changed", e.Message),
                MnistUnavailableException => new JobError("data_unavailable", e.Message),
                DllNotFoundException => new JobError("libtorch_unavailable", "libtorch could not be loaded; the service's log has the reason."),
                IOException or UnauthorizedAccessException => new JobError("storage_failed",
                    $"A file of the job could not be read or written: {FileFailure.Describe(e)} "
                    + "Free disk space or correct the permissions, then resume the job."),
                _ => new JobError("training_failed", "Training failed; the service's log has the reason under this job's id."),
            };
            Log.Failed(log, e, job.Id, error.Code);
            jobs.Finish(job.Id, JobState.Failed, error: error);
            if (e is DivergedException) checkpoints.Delete(job.Id); // the job cannot be resumed, because it would diverge again
            return;
        }
        jobs.Finish(job.Id, JobState.Succeeded, card, decision);
        checkpoints.Delete(job.Id);
        Log.Succeeded(log, job.Id, card.Id, card.Test?.Accuracy, card.Training?.Seconds, decision.Reason);
    }

    /// <summary>
    /// Trains the model of a job and stores it. If the model store is full and its storage policy is <c>Refuse</c>, the job fails before training starts. If
    /// the model store becomes full during training, the job fails but keeps its checkpoint for a resume.
    /// </summary>
    /// <exception cref="StorageFullException">The model does not fit into the quota of the model store.</exception>
    private ModelCard TrainAndStore(TrainingJob job, JobImages images, CancellationToken cancelled)
    {
        using var reservation = storage.Quota.Begin(job.Id);
        reservation.Grow(ModelStorage.TypicalBytes);
        var trained = Train(job, images, cancelled);
        reservation.Claim(ModelStorage.EstimateBytes(trained.Parameters * sizeof(float)));
        var card = Store(job, trained, images, cancelled);
        reservation.Commit(storage.BytesOf(card.Id), card.Id);
        return card;
    }

    private TrainedNetwork Train(TrainingJob job, JobImages images, CancellationToken cancelled)
    {
        var checkpoint = FindCheckpoint(job, images.Sha256);
        if (checkpoint is not null) Log.GoesOn(log, job.Id, checkpoint.Step);
        var reports = new JobReports(jobs, job.Id, checkpoint?.Epochs ?? [], log);
        var trainer = new Trainer(job.Settings.Recipe, device.Choice, options.Value.ThreadCount)
        {
            StartFrom = checkpoint,
            InitialWeights = checkpoint is null && job.Settings.StartFrom is { } model ? ReadWeights(model) : null,
            OnCheckpoint = reached => Save(job.Id, reached with { DataSha256 = images.Sha256 }, cancelled),
            OnProgress = reports.Progress,
            OnEpoch = reports.Epoch,
        };
        return trainer.Train(images.Training, images.Validation, cancelled);
    }

    private ModelCard Store(TrainingJob job, TrainedNetwork trained, JobImages images, CancellationToken cancelled)
    {
        var recipe = job.Settings.Recipe;
        var model = new ModelCandidate
        {
            Name = jobs.Find(job.Id)?.Name ?? job.Name, // the job may have been renamed during training
            Network = recipe.Network,
            Parameters = trained.Parameters,
            State = trained.State,
            ScoreTraining = DigitScoreTraining.For(recipe, images.Training, continues: job.Settings.StartFrom is not null),
            ScoreHeldOut = images.HeldOut,
            References = check.FindSeen(images.Training.Images, job.Settings.StartFrom),
            Training = new(job.Id, recipe, job.Settings.Data.ToString(), images.Sha256, images.Training.Images.Count, device.Choice.Name, options.Value.ThreadCount,
                TorchRuntime.Version, VersionEndpoint.Informational, trained.Seconds, trained.Epochs, job.Settings.StartFrom, images.Parts),
        };
        return model.AddTo(store, device.Choice, time, images.Validation, images.Test, cancelled);
    }

    /// <returns>The checkpoint to resume from; <c>null</c> if the job has no checkpoint.</returns>
    /// <exception cref="JobFailedException">
    /// The checkpoint is damaged or was written with other images. It has been deleted, so a resume restarts the job from the beginning.
    /// </exception>
    private Checkpoint? FindCheckpoint(TrainingJob job, string dataSha256)
    {
        Checkpoint? checkpoint;
        try
        {
            checkpoint = checkpoints.Find(job.Id);
        }
        catch (ModelFormatException e)
        {
            checkpoints.Delete(job.Id);
            throw new JobFailedException("checkpoint_damaged", $"{e.Message} A resume restarts the job from the beginning.", e);
        }
        // A checkpoint without a checksum was written by an older version of the service, which drew other images for the data set strokes. It is valid only
        // for a job without this data set. The other data sets are verified against their own checksums when they are read.
        var expected = job.Settings.Data.Parts.Any(part => part.Id == BuiltInDatasets.Strokes) ? null : dataSha256;
        if (checkpoint is null || (checkpoint.DataSha256 ?? expected) == dataSha256) return checkpoint;
        checkpoints.Delete(job.Id);
        throw new JobFailedException("data_changed", "The training images differ from those with which the checkpoint was written. For example, another version of "
            + "the service draws other images for the built-in data set 'strokes'. If you resume the job, it restarts from the beginning.");
    }

    private void Save(string job, Checkpoint reached, CancellationToken cancelled)
    {
        try
        {
            checkpoints.Write(job, reached);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageFullException && cancelled.IsCancellationRequested)
        {
            Log.NotSaved(log, e, job, reached.Step); // the canceled job stops anyway; a resume continues from the previous checkpoint
        }
    }

    private StateDict ReadWeights(string model)
    {
        try
        {
            var card = store.Find(model)
                ?? throw new ModelFormatException($"The model '{model}' in startFrom has been deleted. Start a new job with another model in startFrom.");
            return store.ReadWeights(card);
        }
        catch (ModelFormatException e)
        {
            throw new JobFailedException("start_model_unusable", e.Message, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Training job {Job} started: network {Network}, mode {Mode}")]
        public static partial void Started(ILogger log, string job, NetworkKind network, TrainingMode mode);

        [LoggerMessage(LogLevel.Information, "Training job {Job} resumes after step {Step}")]
        public static partial void GoesOn(ILogger log, string job, int step);

        [LoggerMessage(LogLevel.Warning, "Training job {Job} stops at step {Step}, but its checkpoint could not be written. "
            + "A resume continues from the previous checkpoint, or from the beginning if there is none")]
        public static partial void NotSaved(ILogger log, Exception exception, string job, int step);

        [LoggerMessage(LogLevel.Information, "Training job {Job} produced model {Model}: test accuracy {Accuracy:f4} in {Seconds:f1} s. {Decision}")]
        public static partial void Succeeded(ILogger log, string job, string model, double? accuracy, double? seconds, string decision);

        [LoggerMessage(LogLevel.Information, "Training job {Job} stopped in the state {State}")]
        public static partial void Stopped(ILogger log, string job, JobState state);

        [LoggerMessage(LogLevel.Error, "Training job {Job} failed with the error code {Code}")]
        public static partial void Failed(ILogger log, Exception exception, string job, string code);
    }
}

/// <summary>Thrown to fail the running job. Clients see the error code and the message.</summary>
internal sealed class JobFailedException(string code, string detail, Exception? inner = null) : Exception(detail, inner)
{
    internal JobError Error { get; } = new(code, detail);
}
