namespace MnistService.ModelRegistry;

/// <summary>List of the stored models.</summary>
/// <param name="Current">Id of the served model; <c>null</c> if none is served.</param>
/// <param name="Previous">Id of the model that was chosen before it, for a rollback; <c>null</c> if there is none.</param>
/// <param name="Models">Newest first.</param>
internal sealed record ModelList(string? Current, string? Previous, IReadOnlyList<ModelSummary> Models);
