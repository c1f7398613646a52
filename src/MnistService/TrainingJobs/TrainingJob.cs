using System.Text.Json.Serialization;
using MnistService.Database;
using MnistService.Model.Registry;
using MnistService.Model.Training;
using MnistService.ModelRegistry;

namespace MnistService.TrainingJobs;

/// <summary>A training job as clients see it.</summary>
/// <param name="Id">Its name everywhere.</param>
/// <param name="Name">A name for people; null when none was given.</param>
/// <param name="State">Where it stands.</param>
/// <param name="CreatedAt">When it was accepted.</param>
/// <param name="StartedAt">When training began; null while queued.</param>
/// <param name="FinishedAt">When it reached a final state.</param>
/// <param name="Settings">What it was asked to do, defaults filled in.</param>
/// <param name="Progress">Its place in the run; null before the first report.</param>
/// <param name="Epochs">One result a finished epoch.</param>
/// <param name="Test">Measured once on MNIST's test images, after the last epoch; null where they are not at hand.</param>
/// <param name="Model">The model that it made; null until then.</param>
/// <param name="Activation">Whether that model serves now, and why.</param>
/// <param name="Error">Why it failed; null unless it did.</param>
/// <param name="Warnings">What may be wrong with its data, a sentence each. It is trained all the same.</param>
/// <param name="HasCheckpoint">Whether a resume goes on from a checkpoint; without one, the job begins anew. Left out of events.</param>
internal sealed record TrainingJob(
    string Id,
    string? Name,
    JobState State,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    JobSettings Settings,
    TrainingProgress? Progress,
    IReadOnlyList<EpochResult> Epochs,
    ModelCard.Measurement? Test,
    string? Model,
    ActivationDecision? Activation,
    JobError? Error,
    IReadOnlyList<string> Warnings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? HasCheckpoint = null);
