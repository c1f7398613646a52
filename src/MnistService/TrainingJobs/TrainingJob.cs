using System.Text.Json.Serialization;
using MnistService.Database;
using MnistService.Model.Registry;
using MnistService.Model.Training;
using MnistService.ModelRegistry;

namespace MnistService.TrainingJobs;

/// <summary>A training job as the API returns it.</summary>
/// <param name="Id">Id of the job.</param>
/// <param name="Name">Display name; <c>null</c> for an unnamed job from an older version of the service.</param>
/// <param name="State">State of the job at the time of the response or event.</param>
/// <param name="CreatedAt">Time at which the job was accepted.</param>
/// <param name="StartedAt">Time at which training last started; <c>null</c> if the job has never started.</param>
/// <param name="FinishedAt">Time at which the job ended; <c>null</c> while the job is queued or running.</param>
/// <param name="Settings">Settings of the job. Fields that the request omitted have their default values.</param>
/// <param name="Progress">Latest progress report; <c>null</c> before the first report.</param>
/// <param name="Epochs">One result per finished epoch.</param>
/// <param name="Test">Evaluation of the trained model on MNIST's test images; <c>null</c> unless the job succeeded and the images were available.</param>
/// <param name="Model">Id of the trained model; <c>null</c> unless the job succeeded.</param>
/// <param name="Promotion">Decision about the promotion of the trained model, with the reason; <c>null</c> unless the job succeeded.</param>
/// <param name="Error">Reason for the failure; <c>null</c> unless the job failed.</param>
/// <param name="Warnings">Possible problems of the job's data sets, one sentence per problem. Warnings do not stop the job.</param>
/// <param name="HasCheckpoint">
/// Whether a resume continues from a checkpoint; otherwise a resume restarts the job from the beginning. Omitted in events and in the responses to requests
/// that start or cancel a job.
/// </param>
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
    PromotionDecision? Promotion,
    JobError? Error,
    IReadOnlyList<string> Warnings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? HasCheckpoint = null)
{
    /// <summary>Deprecated alias of <c>promotion</c>; version 2 removes it.</summary>
    [Obsolete("Use Promotion.")]
    public PromotionDecision? Activation => Promotion;
}

/// <summary>One page of the job list.</summary>
/// <param name="Page">Page number, from 1.</param>
/// <param name="PageSize">Maximum number of jobs per page.</param>
/// <param name="Total">Number of jobs on all pages.</param>
/// <param name="Jobs">Jobs of this page, newest first.</param>
internal sealed record JobPage(int Page, int PageSize, int Total, IReadOnlyList<TrainingJob> Jobs);
