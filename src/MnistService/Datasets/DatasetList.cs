namespace MnistService.Datasets;

/// <summary>All that can be trained on.</summary>
/// <param name="Datasets">Newest first; the built-in one last.</param>
internal sealed record DatasetList(IReadOnlyList<DatasetSummary> Datasets);
