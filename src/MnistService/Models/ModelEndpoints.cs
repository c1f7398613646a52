using Microsoft.AspNetCore.Http.HttpResults;
using MnistService.Hosting;
using MnistService.Inference;
using MnistService.Model.Storage;

namespace MnistService.Models;

/// <summary><c>/models</c>: what was trained, what serves, and the switch between them.</summary>
internal static class ModelEndpoints
{
    internal static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/models").WithTags("Models");
        models.MapGet("", List).WithListDocumentation();
        models.MapGet("current", Current).WithCurrentDocumentation();
        models.MapGet("{id}", Get).WithGetDocumentation();
        models.MapGet("{id}/weights.safetensors", Weights).WithWeightsDocumentation();
        models.MapPost("{id}/activate", Activate).WithActivateDocumentation();
        return routes;
    }

    private static Ok<ModelList> List(ModelStore store, ServingModel serving) =>
        TypedResults.Ok(new ModelList(serving.ModelId, [.. store.List().Select(ModelSummary.Of)]));

    private static Results<Ok<ModelCard>, ProblemHttpResult> Current(ModelStore store, ServingModel serving) =>
        serving.ModelId is { } id && store.Find(id) is { } card
            ? TypedResults.Ok(card)
            : Problems.Create(404, "no_model", "No model serves", serving.NotReadyReason ?? "No model has been chosen yet; POST /train makes one.");

    private static Results<Ok<ModelCard>, ProblemHttpResult> Get(string id, ModelStore store) =>
        store.Find(id) is { } card ? TypedResults.Ok(card) : NotFound();

    private static Results<FileStreamHttpResult, ProblemHttpResult> Weights(string id, ModelStore store) =>
        store.OpenWeights(id) is { } file
            ? TypedResults.File(file, "application/octet-stream", $"{id}.safetensors", enableRangeProcessing: true)
            : NotFound();

    private static async Task<Results<Ok<ModelCard>, ProblemHttpResult>> Activate(string id, ModelStore store, ModelActivation activation)
    {
        if (store.Find(id) is not { } card) return NotFound();
        try
        {
            // Loading is tensor work: on a thread of its own, not on one of the pool's.
            await Task.Factory.StartNew(() => activation.Activate(id), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return TypedResults.Ok(card);
        }
        catch (ModelFormatException e)
        {
            return Problems.Create(422, "model_unusable", "The model cannot serve", $"{e.Message} The one that served goes on.");
        }
    }

    private static ProblemHttpResult NotFound() =>
        Problems.Create(404, "model_not_found", "No such model", "There is no model of this id; GET /models lists them.");
}
