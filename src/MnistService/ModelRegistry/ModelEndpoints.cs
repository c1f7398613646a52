using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MnistService.Downloads;
using MnistService.Http;
using MnistService.Inference;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.Security;
using MnistService.Uploads;

namespace MnistService.ModelRegistry;

/// <summary>Endpoints under <c>/models</c>: list, inspect, compare, download, import, promote, rename and delete models.</summary>
internal static class ModelEndpoints
{
    internal static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/models").WithTags("Models").RequireScope(Scope.Predict);
        var changes = routes.MapGroup("/models").WithTags("Models").RequireScope(Scope.Admin);
        models.MapGet("", List).WithListDocumentation();
        changes.MapPost("", Import).DisableAntiforgery().WithImportDocumentation();
        models.MapGet("current", Current).WithCurrentDocumentation();
        models.MapGet("compare", Compare).WithCompareDocumentation();
        models.MapGet("{id}", Get).WithGetDocumentation();
        models.MapGet("{id}/evaluation", Evaluation).WithEvaluationDocumentation();
        models.MapGet("{id}/weights.safetensors", Weights).WithWeightsDocumentation();
        models.MapGet("{id}/weights.pth", PyTorchWeights).WithPyTorchDocumentation();
        models.MapGet("{id}/model.onnx", OnnxModel).WithOnnxDocumentation();
        changes.MapPost("{id}/promote", Promote).WithPromoteDocumentation();
        changes.MapPost("{id}/activate", Promote).WithPromoteDocumentation().WithName("activateModel").AsDeprecatedAliasOf("promote", since: new DateOnly(2026, 11, 27));
        changes.MapPatch("{id}", Rename).WithRenameDocumentation();
        changes.MapDelete("{id}", Delete).WithDeleteDocumentation();
        return routes;
    }

    private static Ok<ModelList> List(ModelStore store, ServingModel serving) =>
        TypedResults.Ok(new ModelList(serving.ModelId, store.PreviousId, [.. store.List().Select(ModelSummary.Of)]));

    private static Results<Ok<ModelCard>, ProblemHttpResult> Current(ModelStore store, ServingModel serving) =>
        serving.ModelId is { } id && store.Find(id) is { } card
            ? TypedResults.Ok(card)
            : ModelProblems.NoneServed.Result(serving.NotReadyReason ??
                "The card of the served model is missing from the model store. Restore the file, or promote another model with POST /models/{id}/promote.");

    private static Results<Ok<ModelCard>, ProblemHttpResult> Get(string id, ModelStore store) =>
        store.Find(id) is { } card ? TypedResults.Ok(card) : NotFound();

    private static Results<Ok<ModelEvaluation>, ProblemHttpResult> Evaluation(string id, ModelStore store)
    {
        if (store.Find(id) is null) return NotFound();
        return store.FindEvaluation(id) is { } evaluation
            ? TypedResults.Ok(ModelEvaluation.Of(evaluation))
            : ModelProblems.NotMeasured.Result();
    }

    private static Results<FileStreamHttpResult, ProblemHttpResult> Weights(string id, ModelStore store, DownloadLimiter downloads, HttpContext http)
    {
        if (!store.Contains(id)) return NotFound();
        if (downloads.TryBegin(http) is { } busy) return busy;
        if (store.Find(id) is null) return NotFound();
        return store.OpenWeights(id) is { } file ? FileOf(file, $"{id}.safetensors") : NotFound();
    }

    private static Task<Results<FileStreamHttpResult, ProblemHttpResult>> PyTorchWeights(
        string id, ModelStore store, ConvertedModels converted, DownloadLimiter downloads, HttpContext http) =>
        Convert(id, ModelFileFormat.PyTorch, store, converted, downloads, http);

    private static Task<Results<FileStreamHttpResult, ProblemHttpResult>> OnnxModel(
        string id, ModelStore store, ConvertedModels converted, DownloadLimiter downloads, HttpContext http) =>
        Convert(id, ModelFileFormat.Onnx, store, converted, downloads, http);

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Convert(
        string id, ModelFileFormat format, ModelStore store, ConvertedModels converted, DownloadLimiter downloads, HttpContext http)
    {
        if (!store.Contains(id)) return NotFound();
        if (downloads.TryBegin(http) is { } busy) return busy;
        if (store.Find(id) is not { } card) return NotFound();
        return await converted.OpenAsync(card, format, http.RequestAborted) is { } file ? FileOf(file, id + format.Extension) : NotFound();
    }

    private static FileStreamHttpResult FileOf(FileStream file, string name) =>
        TypedResults.File(file, "application/octet-stream", name, enableRangeProcessing: true);

    /// <param name="request">The request. The handler reads the body as a stream.</param>
    /// <param name="name">Display name, up to 100 characters.</param>
    private static async Task<Results<Created<ModelCard>, ProblemHttpResult>> Import(HttpRequest request, ModelImport import, CancellationToken aborted, string? name = null)
    {
        if (UploadedFile.CheckName(name) is { } problem) return problem;
        try
        {
            var card = await import.TakeAsync(request, string.IsNullOrWhiteSpace(name) ? null : name, aborted);
            return TypedResults.Created($"/models/{card.Id}", card);
        }
        catch (Exception e) when (UploadedFile.IsUnreadable(e))
        {
            return UploadedFile.Unreadable(e);
        }
    }

    private static Results<Ok<ModelComparisonResponse>, ProblemHttpResult> Compare(string a, string b, ModelStore store)
    {
        if (store.Find(a) is null || store.Find(b) is null) return NotFound();
        return store.FindEvaluation(a) is { } first && store.FindEvaluation(b) is { } second && ModelComparisonResponse.Of(a, first, b, second) is { } compared
            ? TypedResults.Ok(compared)
            : ModelProblems.NotComparable.Result();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(string id, ModelPublisher publisher, ConvertedModels converted)
    {
        try
        {
            var deleted = await publisher.OnItsOwnThreadAsync(() => publisher.TryDelete(id));
            if (deleted == ModelPublisher.DeletionOutcome.Deleted) converted.Remove(id);
            return deleted switch
            {
                ModelPublisher.DeletionOutcome.Deleted => TypedResults.NoContent(),
                ModelPublisher.DeletionOutcome.Shipped => ModelProblems.Shipped.Result(),
                ModelPublisher.DeletionOutcome.Serves => ModelProblems.Served.Result(),
                _ => NotFound(),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ModelProblems.NotDeleted.Result();
        }
    }

    private static async Task<Results<Ok<ModelCard>, ProblemHttpResult>> Rename(string id, [FromBody] RenameRequest request, ModelPublisher publisher)
    {
        if (request.Check() is { } problem) return problem;
        try
        {
            return await publisher.OnItsOwnThreadAsync(() => publisher.Rename(id, request.Name)) is { } card ? TypedResults.Ok(card) : NotFound();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ModelProblems.NotRenamed.Result();
        }
    }

    /// <param name="force">Whether to override the promotion rule; default false.</param>
    private static async Task<Results<Ok<ModelCard>, ProblemHttpResult>> Promote(
        string id, ModelStore store, ModelPromotion promotion, ModelPublisher publisher, bool force = false)
    {
        if (store.Find(id) is not { } card) return NotFound();
        try
        {
            var refusal = await publisher.OnItsOwnThreadAsync(() => promotion.Promote(id, force));
            return refusal is null
                ? TypedResults.Ok(card)
                : ModelProblems.Worse.Result([new("references", refusal.References), new("own", refusal.Own)], refusal.Reason);
        }
        catch (ModelNotFoundException)
        {
            return NotFound();
        }
        catch (ModelFormatException) when (!store.Contains(id))
        {
            return NotFound(); // the model was deleted after store.Find had found it
        }
        catch (ModelFormatException e)
        {
            return ModelProblems.Unusable.Result(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ModelProblems.PromotionNotStored.Result();
        }
    }

    private static ProblemHttpResult NotFound() => ModelProblems.NotFound.Result();
}
