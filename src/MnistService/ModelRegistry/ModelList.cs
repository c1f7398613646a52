namespace MnistService.ModelRegistry;

/// <summary>The model store in short.</summary>
/// <param name="Current">The model that serves; null when none does.</param>
/// <param name="Previous">The model that was chosen before it, to go back to; null when there is none.</param>
/// <param name="Models">Newest first.</param>
internal sealed record ModelList(string? Current, string? Previous, IReadOnlyList<ModelSummary> Models);
