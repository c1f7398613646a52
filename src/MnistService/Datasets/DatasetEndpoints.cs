using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MnistService.Datasets.LabelChecks;
using MnistService.Http;
using MnistService.Model.Datasets;
using MnistService.Security;
using MnistService.Uploads;

namespace MnistService.Datasets;

/// <c>/datasets</c>: upload, list, inspect and delete training data.
internal static class DatasetEndpoints
{
    private const int MaxPageSize = 100;

    internal static IEndpointRouteBuilder MapDatasets(this IEndpointRouteBuilder routes)
    {
        var datasets = routes.MapGroup("/datasets").WithTags("Datasets").RequireScope(Scope.Train);
        datasets.MapPost("", Upload).DisableAntiforgery().WithUploadDocumentation();
        datasets.MapGet("", List).WithListDocumentation();
        datasets.MapGet("{id}", Get).WithGetDocumentation();
        datasets.MapGet("{id}/suspicious", ListSuspicious).WithSuspiciousDocumentation();
        datasets.MapDelete("{id}", Delete).WithDeleteDocumentation();
        // Requires the same scope as the model evaluations, which refer to these images.
        routes.MapGet("/datasets/mnist/test-images", ListTestImages).WithTags("Datasets").RequireScope(Scope.Predict).WithTestImagesDocumentation();
        return routes;
    }

    /// <param name="request">The request. Its body is streamed and not model-bound.</param>
    /// <param name="name">Human-readable name, up to 100 characters.</param>
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

    /// <param name="page">Page number, from 1.</param>
    /// <param name="pageSize">Maximum number of images per page, 1 to 100.</param>
    private static async Task<Results<Ok<SuspiciousPage>, ProblemHttpResult>> ListSuspicious(
        string id, DatasetStore store, CancellationToken cancellation, int page = 1, int pageSize = 20)
    {
        if (page is < 1 or > 1_000_000 || pageSize is < 1 or > MaxPageSize)
            return Problems.Create(422, "query_invalid", "The page is out of range", $"The query parameter 'page' is {page} and 'pageSize' is {pageSize}; expected 'page' from 1 to 1000000 and 'pageSize' from 1 to {MaxPageSize}.");
        return await store.ListSuspiciousAsync(id, page, pageSize, cancellation) is { } found ? TypedResults.Ok(found) : NotFound();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        string id, DatasetStore store, IOptions<PromotionOptions> promotion, CancellationToken cancellation)
    {
        if (promotion.Value.ReferenceSets.Contains(id, StringComparer.Ordinal))
        {
            return Problems.Create(409, "dataset_is_reference", "The data set is a reference set of the promotion rule",
                $"The setting {PromotionOptions.Section}:ReferenceSets lists this data set. Remove it from the setting and restart the service, then delete the data set.");
        }
        if (await store.TryDeleteAsync(id, cancellation)) return TypedResults.NoContent();
        return await store.FindAsync(id, cancellation) switch
        {
            null => NotFound(),
            { BuiltIn: true } => Problems.Create(409, "dataset_built_in", "The data set is built in", "MNIST is built in and cannot be deleted."),
            _ => Problems.Create(409, "dataset_in_use", "A training job uses the data set",
                "A queued, running or interrupted job trains on this data set. Cancel the job or delete it with DELETE /train/{id}, then delete the data set."),
        };
    }

    /// <param name="at">Comma-separated indexes in the 10,000 test images, from 0.</param>
    private static async Task<Results<Ok<List<TestImage>>, ProblemHttpResult>> ListTestImages(TestImages images, string at, CancellationToken cancellation)
    {
        var parts = at.Split(',');
        if (parts.Length > TestImages.Most)
            return Problems.Create(422, "query_invalid", "Too many test images", $"The query parameter 'at' has {parts.Length} indexes; expected at most {TestImages.Most}.");
        var places = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out places[i]))
                return Problems.Create(422, "query_invalid", "The list of test images is invalid", "The query parameter 'at' is not a list of whole numbers separated by commas; expected a list such as 115,247.");
        }
        return TypedResults.Ok(await images.FindAsync(places, cancellation));
    }

    private static ProblemHttpResult NotFound() =>
        Problems.Create(404, "dataset_not_found", "No such data set", "There is no data set with this id; GET /datasets lists all data sets.");
}
