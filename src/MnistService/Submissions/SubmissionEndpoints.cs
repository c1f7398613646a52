using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MnistService.Connections.Memory;
using MnistService.Downloads;
using MnistService.Http;
using MnistService.Model.Datasets;
using MnistService.Model.Files;
using MnistService.Security;
using MnistService.Uploads;

namespace MnistService.Submissions;

/// <summary>Endpoints of <c>/submissions</c>: accept a CSV of Kaggle's Digit Recognizer competition, and return, list and delete submissions.</summary>
internal static class SubmissionEndpoints
{
    private const string DownloadName = "submission.csv";

    internal static IEndpointRouteBuilder MapSubmissions(this IEndpointRouteBuilder routes)
    {
        var submissions = routes.MapGroup("/submissions").WithTags("Submissions").RequireScope(Scope.Predict);
        submissions.MapPost("", Submit).DisableAntiforgery().WithSubmitDocumentation();
        submissions.MapGet("", List).WithListDocumentation();
        submissions.MapGet("running/{upload}", Progress).WithProgressDocumentation();
        submissions.MapGet("{id}", Get).WithGetDocumentation();
        submissions.MapGet("{id}/submission.csv", Download).WithDownloadDocumentation();
        submissions.MapGet("{id}/least-confident", LeastConfident).WithLeastConfidentDocumentation();
        submissions.MapDelete("{id}", Delete).WithDeleteDocumentation();
        return routes;
    }

    /// <param name="request">The request. The handler reads the body as a stream.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    /// <param name="upload">
    /// Name of the upload, chosen by the client, up to 64 characters. While the upload is running, GET /submissions/running/{upload} returns its progress.
    /// </param>
    /// <param name="name">Display name, up to 100 characters.</param>
    private static async Task<IResult> Submit(
        HttpRequest request, [AsParameters] SubmissionServices services, CancellationToken aborted, string? upload = null, string? name = null)
    {
        if (UploadedFile.CheckName(name) is { } unfit) return unfit;
        var (uploads, runs, pipeline, store, storage, options, downloads, memory, time) = services;
        var started = time.GetTimestamp();
        try
        {
            using var lease = memory.Begin(request);
            using var slot = await uploads.TakeAsync(request.HttpContext, lease);
            storage.Quota.ThrowIfFull();
            await lease.GrowAsync(UploadMemory.OfCsv);
            using var running = runs.Begin(upload);
            await using var body = await UploadedFile.OpenAsync(request, options.Value.MaxBytes, "the CSV", () => SubmissionProblems.TooLarge.Exception(options.Value.MaxBytes), lease, aborted);
            using var reader = new KaggleCsvReader(body, new() { MaxRows = options.Value.MaxRows, MaxLineBytes = options.Value.MaxLineBytes });
            await reader.ReadHeaderAsync(aborted);
            var (tally, model) = await pipeline.RunAsync(reader, running, aborted);
            var summary = tally.Summarise(SortableId.New(time), time.GetUtcNow(), model, time.GetElapsedTime(started)) with { Name = string.IsNullOrWhiteSpace(name) ? null : name };
            if (await Store(store, summary, tally) is { } problem) return problem;
            var location = $"/submissions/{summary.Id}";
            if (WantsJson(request)) return TypedResults.Created(location, summary);
            await downloads.BeginWhenFreeAsync(request.HttpContext);
            return DownloadFile.TryOpen(store.PathOf(summary.Id)) is { } file
                ? new CreatedFile(location, file, DownloadName)
                : SubmissionProblems.Deleted.Result();
        }
        catch (CsvException e)
        {
            return CsvProblems.Of(e);
        }
        catch (Exception e) when (UploadedFile.IsUnreadable(e))
        {
            return UploadedFile.Unreadable(e);
        }
    }

    /// <returns>The error response; null if the submission was stored.</returns>
    private static async Task<ProblemHttpResult?> Store(SubmissionStore store, SubmissionSummary summary, SubmissionTally tally)
    {
        try
        {
            await store.AddAsync(summary, tally);
            return null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or DbUpdateException)
        {
            return SubmissionProblems.StorageFailed.Result();
        }
    }

    private static async Task<Results<Ok<SubmissionPage>, ProblemHttpResult>> List(
        SubmissionStore store, CancellationToken cancellation, int page = 1, int pageSize = 20) =>
        RequestProblems.CheckPage(page, pageSize) is { } problem
            ? problem
            : TypedResults.Ok(await store.ListAsync(page, pageSize, cancellation));

    private static Ok<SubmissionProgress> Progress(string upload, RunningSubmissions runs) => TypedResults.Ok(new SubmissionProgress(runs.RowsOf(upload)));

    private static async Task<Results<Ok<SubmissionSummary>, ProblemHttpResult>> Get(string id, SubmissionStore store, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } summary ? TypedResults.Ok(summary) : NotFound();

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Download(
        string id, SubmissionStore store, DownloadLimiter downloads, HttpContext http, CancellationToken cancellation)
    {
        if (downloads.TryBegin(http) is { } busy) return busy; // the limit is checked first, so that a flood of downloads causes no database queries
        if (await store.FindAsync(id, cancellation) is not { } summary) return NotFound();
        return DownloadFile.TryOpen(store.PathOf(summary.Id)) is { } file ? TypedResults.File(file, "text/csv", DownloadName) : NotFound();
    }

    private static async Task<Results<Ok<List<UncertainRow>>, ProblemHttpResult>> LeastConfident(string id, SubmissionStore store, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } summary ? TypedResults.Ok(store.FindUncertain(summary)) : NotFound();

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(string id, SubmissionStore store, CancellationToken cancellation) =>
        await store.TryDeleteAsync(id, cancellation) ? TypedResults.NoContent() : NotFound();

    private static bool WantsJson(HttpRequest request) =>
        request.GetTypedHeaders().Accept.OrderByDescending(accept => accept.Quality ?? 1)
            .FirstOrDefault(accept => accept.MediaType.Value is "application/json" or "text/csv" or "text/*" or "*/*")?.MediaType.Value == "application/json";

    private static ProblemHttpResult NotFound() => SubmissionProblems.NotFound.Result();

    /// <param name="Uploads">Limit on concurrent uploads.</param>
    /// <param name="Runs">Progress of the running uploads.</param>
    /// <param name="Pipeline">Classifies the rows.</param>
    /// <param name="Store">Stores the summary and the predictions.</param>
    /// <param name="Storage">Storage quota of submissions.</param>
    /// <param name="Options">Limits on the CSV.</param>
    /// <param name="Downloads">Limit on concurrent downloads, which applies to the response.</param>
    /// <param name="Memory">Budget from which the upload takes its memory.</param>
    /// <param name="Time">Clock for the id, the creation time and the duration.</param>
    private readonly record struct SubmissionServices(
        UploadLimiter Uploads, RunningSubmissions Runs, SubmissionPipeline Pipeline, SubmissionStore Store, SubmissionStorage Storage,
        IOptions<SubmissionOptions> Options, DownloadLimiter Downloads, RequestMemoryBudget Memory, TimeProvider Time);
}
