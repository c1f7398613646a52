namespace MnistService.Model.Datasets;

/// <summary>Download progress of one MNIST file.</summary>
/// <param name="File">File name, without a folder.</param>
/// <param name="Source">URL of the file on the mirror.</param>
/// <param name="Bytes">Bytes downloaded so far.</param>
/// <param name="TotalBytes">Published length of the file in bytes.</param>
public sealed record MnistDownloadProgress(string File, Uri Source, long Bytes, long TotalBytes);
