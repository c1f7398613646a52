using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MnistService.Connections;
using MnistService.Database;
using MnistService.Datasets;
using MnistService.Http;
using MnistService.Model.Registry;
using MnistService.Security;

namespace MnistService.TrainingJobs;

/// <c>/train</c>: start, list, follow, cancel, resume and delete training jobs.
internal static class TrainEndpoints
{
    private const int MaxPageSize = 100, CancelAttempts = 100;
    private static readonly TimeSpan CancelPause = TimeSpan.FromMilliseconds(20);

    internal static IEndpointRouteBuilder MapTraining(this IEndpointRouteBuilder routes)
    {
        var train = routes.MapGroup("/train").WithTags("Train").RequireScope(Scope.Train);
        train.MapPost("", Start).WithStartDocumentation();
        train.MapGet("", List).WithListDocumentation();
        train.MapGet("recipe", () => TypedResults.Ok(RecommendedRecipe.Value)).WithRecipeDocumentation();
        train.MapGet("{id}", Get).WithGetDocumentation();
        train.MapGet("{id}/events", Events).WithEventsDocumentation();
        train.MapPost("{id}/cancel", Cancel).WithCancelDocumentation();
        train.MapPost("{id}/resume", Resume).WithResumeDocumentation();
        train.MapDelete("{id}", Delete).WithDeleteDocumentation();
        return routes;
    }

    private static async Task<Results<Accepted<TrainingJob>, ProblemHttpResult>> Start(
        [FromBody] TrainRequest request, TrainingJobStore jobs, DatasetStore datasets, ModelStore models, HttpContext http, CancellationToken cancellation)
    {
        var data = await datasets.FindAsync(request.Data ?? BuiltInDataset.Id, cancellation);
        if (TrainRequestValidation.Check(request, data, models.Find, out var errors) is not { } settings)
        {
            return Problems.Create(422, "train_settings_invalid", "The training settings are invalid",
                string.Join(" ", errors.Values), [new("errors", errors)]);
        }
        if (await jobs.TryCreateAsync(request.Name, settings, data?.Warning is { } warning ? [warning] : [], cancellation) is not { } job)
        {
            return QueueFull(http);
        }
        // Checks again, because the data set may have been deleted after the first check. A deletion first looks for jobs that use the data set, so at least
        // one of the two requests sees the other.
        if (await datasets.FindAsync(settings.Data, cancellation) is null && jobs.TryCancelQueued(job.Id) && await jobs.TryDeleteAsync(job.Id, cancellation))
            return Problems.Create(422, "train_settings_invalid", "The training settings are invalid", "The data set has just been deleted.");
        return TypedResults.Accepted($"/train/{job.Id}", job);
    }

    private static ProblemHttpResult QueueFull(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "60";
        return Problems.Create(429, "train_queue_full", "The training queue is full",
            "The maximum number of training jobs is queued (MnistService:Training:QueueCapacity). Cancel a job, or try again when a job has finished.");
    }

    private static async Task<Results<Ok<JobPage>, ProblemHttpResult>> List(
        TrainingJobStore jobs, JobCheckpoints checkpoints, CancellationToken cancellation, string? state = null, int page = 1, int pageSize = 20)
    {
        JobState? wanted = null;
        if (state is not null)
        {
            if (!Enum.GetValues<JobState>().Any(s => string.Equals(JobStates.NameOf(s), state, StringComparison.OrdinalIgnoreCase)))
                return Problems.Create(422, "query_invalid", "No such state", $"state is not one of {string.Join(", ", Enum.GetValues<JobState>().Select(JobStates.NameOf))}.");
            wanted = Enum.Parse<JobState>(state, ignoreCase: true);
        }
        if (page is < 1 or > 1_000_000 || pageSize is < 1 or > MaxPageSize)
            return Problems.Create(422, "query_invalid", "The page is out of range", $"The query parameter 'page' is {page} and 'pageSize' is {pageSize}; expected 'page' from 1 to 1000000 and 'pageSize' from 1 to {MaxPageSize}.");
        var (found, total) = await jobs.ListAsync(wanted, page, pageSize, cancellation);
        return TypedResults.Ok(new JobPage(page, pageSize, total, [.. found.Select(job => WithCheckpoint(job, checkpoints))]));
    }

    private static async Task<Results<Ok<TrainingJob>, ProblemHttpResult>> Get(
        string id, TrainingJobStore jobs, JobCheckpoints checkpoints, CancellationToken cancellation) =>
        await jobs.FindAsync(id, cancellation) is { } job ? TypedResults.Ok(WithCheckpoint(job, checkpoints)) : NotFound();

    private static TrainingJob WithCheckpoint(TrainingJob job, JobCheckpoints checkpoints) => job with { HasCheckpoint = checkpoints.Exists(job.Id) };

    /// <param name="lastEventId">Number of the last epoch that the client has received. <c>EventSource</c> sends it when it reconnects.</param>
    private static async Task<IResult> Events(
        string id, TrainingJobStore jobs, JobFeeds feeds, JobWatchers watchers, JobEvents events, HttpContext http, [FromHeader(Name = "Last-Event-ID")] string? lastEventId = null)
    {
        if (LongAnswer.HasBody(http)) return Problems.Create(400, "request_invalid", "The request has a body", "A request for an event stream must not have a body.");
        using var place = watchers.TryEnter(http.Connection.RemoteIpAddress, out var reason);
        if (place is null)
        {
            LongAnswer.EndConnection(http);
            http.Response.Headers.RetryAfter = "10";
            return Problems.Create(429, "too_many_watchers", "Too many streams are open", reason);
        }
        if ((feeds.FindWatched(id) ?? await jobs.FindAsync(id, http.RequestAborted)) is not { } job) return NotFound();
        var lastEpoch = int.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : 0;
        // 204 tells EventSource not to reconnect. This client has already received the final state.
        if (lastEventId is not null && JobSnapshot.IsOver(job.State) && lastEpoch >= job.Epochs.Count) return TypedResults.NoContent();
        AdmittedConnection.KeepUntilAnswered(http);
        await events.SendAsync(http, job, lastEpoch);
        return Results.Empty;
    }

    private static async Task<Results<Ok<TrainingJob>, Accepted<TrainingJob>, ProblemHttpResult>> Cancel(
        string id, TrainingJobStore jobs, RunningJob running, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            var stopped = jobs.TryCancelQueued(id);
            var stopping = !stopped && running.TryCancel(id);
            if (await jobs.FindAsync(id, cancellation) is not { } job) return NotFound();
            if (stopping) return TypedResults.Accepted($"/train/{id}", job);
            if (job.State == JobState.Cancelled) return TypedResults.Ok(job);
            // A running job that could not be canceled has either just been dequeued or is about to end. Retry until its state is clear.
            if (attempt == CancelAttempts)
                return Problems.Create(409, "job_changing", "The job is starting or ending", $"The job is in the state '{JobStates.NameOf(job.State)}', and its state is changing at this moment. Try again.");
            if (job.State is not (JobState.Queued or JobState.Running))
                return Problems.Create(409, "job_finished", "The job has ended", $"The job is in the state '{JobStates.NameOf(job.State)}'; only a queued or running job can be canceled.");
            await Task.Delay(CancelPause, cancellation);
        }
    }

    private static async Task<Results<Accepted<TrainingJob>, ProblemHttpResult>> Resume(
        string id, TrainingJobStore jobs, JobCheckpoints checkpoints, HttpContext http, CancellationToken cancellation)
    {
        if (await jobs.FindAsync(id, cancellation) is null) return NotFound();
        var resumed = await jobs.TryResumeAsync(id, cancellation, checkpoints.Exists);
        if (resumed is null) return QueueFull(http);
        if (await jobs.FindAsync(id, cancellation) is not { } job) return NotFound();
        return resumed.Value
            ? TypedResults.Accepted($"/train/{id}", WithCheckpoint(job, checkpoints))
            : Problems.Create(409, "job_not_resumable", "The job cannot be resumed", $"The job is in the state '{JobStates.NameOf(job.State)}'; only a job that was interrupted, canceled, or failed without diverging can be resumed.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(string id, TrainingJobStore jobs, JobCheckpoints checkpoints, CancellationToken cancellation)
    {
        if (await jobs.TryDeleteAsync(id, cancellation))
        {
            checkpoints.Delete(id);
            return TypedResults.NoContent();
        }
        return await jobs.FindAsync(id, cancellation) is { } job
            ? Problems.Create(409, "job_unfinished", "The job has not ended", $"The job is in the state '{JobStates.NameOf(job.State)}'; cancel it first.")
            : NotFound();
    }

    // The response does not echo the id from the URL.
    private static ProblemHttpResult NotFound() =>
        Problems.Create(404, "job_not_found", "No such job", "There is no training job with this id; GET /train lists all jobs.");
}
