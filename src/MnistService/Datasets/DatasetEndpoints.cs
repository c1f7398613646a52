using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using MnistService.Datasets.LabelChecks;
using MnistService.Http;
using MnistService.Model.Datasets;
using MnistService.Security;
using MnistService.Uploads;

namespace MnistService.Datasets;

/// <summary>Endpoints of <c>/datasets</c>: upload, list, inspect, rename and delete data sets.</summary>
internal static class DatasetEndpoints
{
    internal static IEndpointRouteBuilder MapDatasets(this IEndpointRouteBuilder routes)
    {
        var datasets = routes.MapGroup("/datasets").WithTags("Datasets").RequireScope(Scope.Train);
        datasets.MapPost("", Upload).DisableAntiforgery().WithUploadDocumentation();
        datasets.MapGet("", List).WithListDocumentation();
        datasets.MapGet("{id}", Get).WithGetDocumentation();
        datasets.MapGet("{id}/images", ListImages).WithImagesDocumentation();
        datasets.MapGet("{id}/suspicious", ListSuspicious).WithSuspiciousDocumentation();
        datasets.MapPatch("{id}", Rename).WithRenameDocumentation();
        datasets.MapDelete("{id}", Delete).WithDeleteDocumentation();
        // Test images require the same scope as the model evaluations that refer to them.
        routes.MapGet("/datasets/mnist/test-images", ListTestImages).WithTags("Datasets").RequireScope(Scope.Predict).WithTestImagesDocumentation();
        return routes;
    }

    /// <param name="request">The HTTP request. The handler reads its body as a stream; ASP.NET Core does not bind the body to a parameter.</param>
    /// <param name="name">Display name, up to 100 characters.</param>
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
            return CsvProblems.Of(e);
        }
        catch (Exception e) when (UploadedFile.IsUnreadable(e))
        {
            return UploadedFile.Unreadable(e);
        }
    }

    private static async Task<Ok<DatasetList>> List(DatasetStore store, CancellationToken cancellation) => TypedResults.Ok(await store.ListAsync(cancellation));

    private static async Task<Results<Ok<DatasetSummary>, ProblemHttpResult>> Get(string id, DatasetStore store, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } summary ? TypedResults.Ok(summary) : NotFound();

    private static async Task<Results<Ok<DatasetImagePage>, ProblemHttpResult>> ListImages(
        string id, [AsParameters] ImageQuery query, DatasetImages images, CancellationToken cancellation)
    {
        if (RequestProblems.CheckPage(query.Page, query.PageSize) is { } problem) return problem;
        if (query.Label is < 0 or > 9) return DatasetProblems.LabelOutOfRange.Result(query.Label);
        return await images.FindAsync(id, query.Label, query.Page, query.PageSize, cancellation) is { } found ? TypedResults.Ok(found) : NotFound();
    }

    /// <param name="Label">Digit, 0 to 9: only images with this label are returned. If omitted, images with any label are returned.</param>
    /// <param name="Page">Page number, from 1.</param>
    /// <param name="PageSize">Maximum number of images per page, 1 to 100.</param>
    private sealed record ImageQuery(int? Label = null, int Page = 1, int PageSize = 20);

    /// <param name="page">Page number, from 1.</param>
    /// <param name="pageSize">Maximum number of images per page, 1 to 100.</param>
    private static async Task<Results<Ok<SuspiciousPage>, ProblemHttpResult>> ListSuspicious(
        string id, DatasetStore store, CancellationToken cancellation, int page = 1, int pageSize = 20)
    {
        if (RequestProblems.CheckPage(page, pageSize) is { } problem) return problem;
        return await store.ListSuspiciousAsync(id, page, pageSize, cancellation) is { } found ? TypedResults.Ok(found) : NotFound();
    }

    private static async Task<Results<Ok<DatasetSummary>, ProblemHttpResult>> Rename(string id, [FromBody] RenameRequest request, DatasetStore store, CancellationToken cancellation)
    {
        if (request.Check() is { } problem) return problem;
        var renamed = await store.TryRenameAsync(id, request.Name, cancellation);
        if (await store.FindAsync(id, cancellation) is not { } summary) return NotFound();
        return renamed ? TypedResults.Ok(summary) : DatasetProblems.BuiltIn.Result();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        string id, DatasetStore store, IOptions<PromotionOptions> promotion, CancellationToken cancellation)
    {
        if (promotion.Value.ReferenceSets.Contains(id, StringComparer.Ordinal)) return DatasetProblems.IsReference.Result();
        if (await store.TryDeleteAsync(id, cancellation)) return TypedResults.NoContent();
        return await store.FindAsync(id, cancellation) switch
        {
            null => NotFound(),
            { BuiltIn: true } => DatasetProblems.BuiltIn.Result(),
            _ => await store.FindJobAsync(id, cancellation) is { } job
                ? DatasetProblems.InUse.Result(job)
                : await Delete(id, store, promotion, cancellation), // the job ended between the two queries: try again to delete the data set
        };
    }

    /// <param name="at">Comma-separated indexes of test images, 0 to 9999; at most 200 indexes.</param>
    private static async Task<Results<Ok<List<TestImage>>, ProblemHttpResult>> ListTestImages(TestImages images, string at, CancellationToken cancellation)
    {
        var parts = at.Split(',');
        if (parts.Length > TestImages.Most) return DatasetProblems.TooManyTestImages.Result(parts.Length, TestImages.Most);
        var places = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out places[i]))
                return DatasetProblems.TestImagesInvalid.Result(RequestText.Shown(parts[i]));
        }
        return TypedResults.Ok(await images.FindAsync(places, cancellation));
    }

    private static ProblemHttpResult NotFound() => DatasetProblems.NotFound.Result();
}
