using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Database;
using MnistService.Datasets;
using MnistService.Http;
using MnistService.Inference;
using MnistService.Model.Architectures;
using MnistService.Model.Registry;
using MnistService.ModelRegistry;
using MnistService.Security;

namespace MnistService.TrainingJobs;

/// <summary>
/// Endpoints under <c>/train</c> to start, list, follow, cancel, resume, rename and delete training jobs, and <c>POST /datasets/{id}/teach</c>.
/// </summary>
internal static class TrainEndpoints
{
    private const int CancelAttempts = 100;
    private static readonly TimeSpan CancelPause = TimeSpan.FromMilliseconds(20);

    internal static IEndpointRouteBuilder MapTraining(this IEndpointRouteBuilder routes)
    {
        var train = routes.MapGroup("/train").WithTags("Train").RequireScope(Scope.Train);
        train.MapPost("", Start).WithStartDocumentation();
        train.MapGet("", List).WithListDocumentation();
        train.MapGet("recipe", () => TypedResults.Ok(RecipeResponse.Value)).WithRecipeDocumentation();
        train.MapGet("{id}", Get).WithGetDocumentation();
        train.MapGet("{id}/events", Events).WithEventsDocumentation();
        train.MapPost("{id}/cancel", Cancel).WithCancelDocumentation();
        train.MapPost("{id}/resume", Resume).WithResumeDocumentation();
        train.MapPatch("{id}", Rename).WithRenameDocumentation();
        train.MapDelete("{id}", Delete).WithDeleteDocumentation();
        routes.MapPost("/datasets/{id}/teach", Teach).WithTags("Train").RequireScope(Scope.Train).WithTeachDocumentation();
        return routes;
    }

    private static Task<Results<Accepted<TrainingJob>, ProblemHttpResult>> Start([FromBody] TrainRequest request, [AsParameters] StartServices services, HttpContext http) =>
        StartAsync(request, services, http, set => set?.Warning);

    /// <param name="warning">Returns the warning about a data set; <c>null</c> if there is no warning. The warnings are stored with the job.</param>
    private static async Task<Results<Accepted<TrainingJob>, ProblemHttpResult>> StartAsync(
        TrainRequest request, StartServices services, HttpContext http, Func<DatasetSummary?, string?> warning)
    {
        var (jobs, datasets, models, limits, time) = services;
        var cancellation = http.RequestAborted;
        var data = new List<DatasetSummary?>();
        foreach (var id in request.Data?.Select(part => part.Id) ?? BuiltInDatasets.Default) data.Add(await datasets.FindAsync(id, cancellation));
        if (TrainRequestValidation.Check(request, data, limits.Value.MaxImages, models.Find, out var errors) is not { } settings)
        {
            return TrainProblems.SettingsInvalid.Result([new("errors", errors)], string.Join(" ", errors.Values));
        }
        var name = string.IsNullOrWhiteSpace(request.Name) ? DefaultName.OfModel(settings.Recipe.Network, string.Join(" + ", data.Select(NameOf)), time.GetUtcNow()) : request.Name;
        if (await jobs.TryCreateAsync(name, settings, [.. data.Select(warning).OfType<string>()], cancellation) is not { } job)
        {
            return QueueFull(http, jobs);
        }
        // Checks the data sets again, because one may have been deleted after the first check. The job is stored at this point, so a later deletion finds the
        // job and is rejected.
        foreach (var (id, _) in settings.Data.Parts)
        {
            if (await datasets.FindAsync(id, cancellation) is null && jobs.TryCancelQueued(job.Id) && await jobs.TryDeleteAsync(job.Id, cancellation))
                return TrainProblems.SettingsInvalid.Result(
                    $"data '{id}' was deleted while the request was processed; expected {BuiltInDatasets.Mnist} or an id that GET /datasets lists.");
        }
        return TypedResults.Accepted($"/train/{job.Id}", job);
    }

    private static string NameOf(DatasetSummary? data) => data!.Id == BuiltInDatasets.Strokes ? data.Id : data.Name ?? data.Id;

    private static async Task<Results<Accepted<TrainingJob>, ProblemHttpResult>> Teach(
        string id, [AsParameters] StartServices services, ServingModel serving, HttpContext http)
    {
        if (await services.Datasets.FindAsync(id, http.RequestAborted) is not { } data) return DatasetProblems.NotFound.Result();
        if (data.BuiltIn) return DatasetProblems.BuiltIn.Result();
        if (serving.ModelId is not { } served || services.Models.Find(served) is not { } card)
            return ModelProblems.NoneServed.Result(serving.NotReadyReason
                ?? "The card of the served model is missing from the model store. Restore the file, or promote another model with POST /models/{id}/promote.");
        if (card.Scaling != PixelScaling.Unit)
            return TrainProblems.SettingsInvalid.Result(
                $"The served model was imported with the pixel scaling '{JsonNamingPolicy.CamelCase.ConvertName(card.Scaling.ToString())}'; "
                + "training jobs use 'unit'. Promote a model with the scaling 'unit', then send the request again.");
        // No warnings: the labels of taught digits are expected to differ from the predictions of the served model.
        return await StartAsync(Teaching.Request(data, card), services, http, set => null);
    }

    private static ProblemHttpResult QueueFull(HttpContext http, TrainingJobStore jobs)
    {
        http.Response.Headers.RetryAfter = "60";
        return TrainProblems.QueueFull.Result(jobs.QueueCapacity);
    }

    private static async Task<Results<Ok<JobPage>, ProblemHttpResult>> List(
        [AsParameters] JobServices services, CancellationToken cancellation, string? state = null, int page = 1, int pageSize = 20)
    {
        JobState? wanted = null;
        if (state is not null)
        {
            if (!Enum.GetValues<JobState>().Any(s => string.Equals(JobStates.NameOf(s), state, StringComparison.OrdinalIgnoreCase)))
                return TrainProblems.UnknownState.Result(RequestText.Shown(state), string.Join(", ", Enum.GetValues<JobState>().Select(JobStates.NameOf)));
            wanted = Enum.Parse<JobState>(state, ignoreCase: true);
        }
        if (RequestProblems.CheckPage(page, pageSize) is { } problem) return problem;
        var (found, total) = await services.Jobs.ListAsync(wanted, page, pageSize, cancellation);
        return TypedResults.Ok(new JobPage(page, pageSize, total, [.. found.Select(job => WithCheckpoint(job, services.Checkpoints))]));
    }

    private static async Task<Results<Ok<TrainingJob>, ProblemHttpResult>> Get(
        string id, TrainingJobStore jobs, JobCheckpoints checkpoints, CancellationToken cancellation) =>
        await jobs.FindAsync(id, cancellation) is { } job ? TypedResults.Ok(WithCheckpoint(job, checkpoints)) : NotFound();

    private static TrainingJob WithCheckpoint(TrainingJob job, JobCheckpoints checkpoints) => job with { HasCheckpoint = checkpoints.Exists(job.Id) };

    /// <param name="lastEventId">
    /// Value of the header <c>Last-Event-ID</c>, which <c>EventSource</c> sends when it reconnects: the number of the last epoch that the client has received.
    /// <c>null</c> if the request does not have the header.
    /// </param>
    private static async Task<IResult> Events(
        string id, [AsParameters] EventServices services, HttpContext http, [FromHeader(Name = "Last-Event-ID")] string? lastEventId = null)
    {
        var (jobs, feeds, watchers, events) = services;
        if (LongAnswer.HasBody(http)) return RequestProblems.HasBody.Result();
        using var place = watchers.TryEnter(http.Connection.RemoteIpAddress, out var reason);
        if (place is null)
        {
            LongAnswer.EndConnection(http);
            http.Response.Headers.RetryAfter = "10";
            return TrainProblems.TooManyWatchers.Result(reason);
        }
        if ((feeds.FindWatched(id) ?? await jobs.FindAsync(id, http.RequestAborted)) is not { } job) return NotFound();
        var lastEpoch = int.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : 0;
        // The client has already received the final state. After a response with 204, EventSource does not reconnect.
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
            // After the end of a job was stored, TryCancel returns true until the training thread has cleaned up. So the stored state decides.
            if (stopping && job.State == JobState.Running) return TypedResults.Accepted($"/train/{id}", job);
            if (job.State == JobState.Cancelled) return TypedResults.Ok(job);
            // A queued or running job that was not canceled is changing its state, for example from queued to running. Retry for up to 2 s (CancelAttempts).
            if (job.State is not (JobState.Queued or JobState.Running))
                return TrainProblems.Finished.Result(JobStates.NameOf(job.State));
            if (attempt == CancelAttempts)
                return TrainProblems.Changing.Result(JobStates.NameOf(job.State));
            await Task.Delay(CancelPause, cancellation);
        }
    }

    private static async Task<Results<Accepted<TrainingJob>, ProblemHttpResult>> Resume(
        string id, TrainingJobStore jobs, JobCheckpoints checkpoints, HttpContext http, CancellationToken cancellation)
    {
        if (await jobs.FindAsync(id, cancellation) is null) return NotFound();
        var resumed = await jobs.TryResumeAsync(id, cancellation, checkpoints.Exists);
        if (resumed is null) return QueueFull(http, jobs);
        if (await jobs.FindAsync(id, cancellation) is not { } job) return NotFound();
        return resumed.Value
            ? TypedResults.Accepted($"/train/{id}", WithCheckpoint(job, checkpoints))
            : TrainProblems.NotResumable.Result(JobStates.NameOf(job.State));
    }

    private static async Task<Results<Ok<TrainingJob>, ProblemHttpResult>> Rename(
        string id, [FromBody] RenameRequest request, [AsParameters] JobServices services, CancellationToken cancellation)
    {
        if (request.Check() is { } problem) return problem;
        return await services.Jobs.TryRenameAsync(id, request.Name, cancellation) && await services.Jobs.FindAsync(id, cancellation) is { } job
            ? TypedResults.Ok(WithCheckpoint(job, services.Checkpoints))
            : NotFound();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(string id, TrainingJobStore jobs, JobCheckpoints checkpoints, CancellationToken cancellation)
    {
        if (await jobs.TryDeleteAsync(id, cancellation))
        {
            checkpoints.Delete(id);
            return TypedResults.NoContent();
        }
        return await jobs.FindAsync(id, cancellation) is { } job
            ? TrainProblems.Unfinished.Result(JobStates.NameOf(job.State))
            : NotFound();
    }

    // The response does not echo the id from the URL.
    private static ProblemHttpResult NotFound() => TrainProblems.NotFound.Result();

    private sealed record StartServices(TrainingJobStore Jobs, DatasetStore Datasets, ModelStore Models, IOptions<DatasetOptions> Limits, TimeProvider Time);

    private sealed record JobServices(TrainingJobStore Jobs, JobCheckpoints Checkpoints);

    private sealed record EventServices(TrainingJobStore Jobs, JobFeeds Feeds, JobWatchers Watchers, JobEvents Events);
}
