namespace MnistService.Models;

/// <summary>The model store in short.</summary>
/// <param name="Current">The model that serves; null when none does.</param>
/// <param name="Models">Newest first.</param>
internal sealed record ModelList(string? Current, IReadOnlyList<ModelSummary> Models);
