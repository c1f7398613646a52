namespace MnistService.Datasets;

/// <summary>List of all data sets.</summary>
/// <param name="Datasets">Newest first; the built-in one last.</param>
internal sealed record DatasetList(IReadOnlyList<DatasetSummary> Datasets);
