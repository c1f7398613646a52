using Microsoft.AspNetCore.Http.HttpResults;
using MnistService.Hosting;
using MnistService.Model.Data;
using MnistService.Security;

namespace MnistService.Datasets;

/// <summary><c>/datasets</c>: pictures of your own to train on.</summary>
internal static class DatasetEndpoints
{
    internal static IEndpointRouteBuilder MapDatasets(this IEndpointRouteBuilder routes)
    {
        var datasets = routes.MapGroup("/datasets").WithTags("Datasets").RequireScope(Scope.Train);
        datasets.MapPost("", Upload).DisableAntiforgery().WithUploadDocumentation();
        datasets.MapGet("", List).WithListDocumentation();
        datasets.MapGet("{id}", Get).WithGetDocumentation();
        datasets.MapDelete("{id}", Delete).WithDeleteDocumentation();
        return routes;
    }

    /// <param name="request">Its body is read here, not bound.</param>
    /// <param name="upload">Takes it.</param>
    /// <param name="aborted">The client has gone.</param>
    /// <param name="name">A name for people, up to 100 characters.</param>
    private static async Task<Results<Created<DatasetSummary>, ProblemHttpResult>> Upload(
        HttpRequest request, DatasetUpload upload, CancellationToken aborted, string? name = null)
    {
        if (UploadedFile.CheckName(name) is { } problem) return problem;
        try
        {
            var summary = await upload.TakeAsync(request, string.IsNullOrWhiteSpace(name) ? null : name, aborted);
            return TypedResults.Created($"/datasets/{summary.Id}", summary);
        }
        catch (CsvException e)
        {
            return CsvProblem.Of(e);
        }
        catch (Exception e) when (UploadedFile.IsUnreadable(e))
        {
            return UploadedFile.Unreadable(e);
        }
    }

    private static async Task<Ok<DatasetList>> List(DatasetStore store, CancellationToken cancellation) => TypedResults.Ok(await store.ListAsync(cancellation));

    private static async Task<Results<Ok<DatasetSummary>, ProblemHttpResult>> Get(string id, DatasetStore store, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } summary ? TypedResults.Ok(summary) : NotFound();

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(string id, DatasetStore store, CancellationToken cancellation)
    {
        if (await store.TryDeleteAsync(id, cancellation)) return TypedResults.NoContent();
        return await store.FindAsync(id, cancellation) switch
        {
            null => NotFound(),
            { BuiltIn: true } => Problems.Create(409, "dataset_built_in", "The data set belongs to the service", "MNIST is built in and cannot be deleted."),
            _ => Problems.Create(409, "dataset_in_use", "A job uses the data set",
                "A queued, running or interrupted job trains on it. Cancel the job, or forget it with DELETE /train/{id}, first."),
        };
    }

    private static ProblemHttpResult NotFound() =>
        Problems.Create(404, "dataset_not_found", "No such data set", "There is no data set of this id; GET /datasets lists them.");
}
