namespace MnistService.Model.Datasets;

/// <summary>How far a file of the download is.</summary>
/// <param name="File">File name.</param>
/// <param name="Source">The mirror.</param>
/// <param name="Bytes">Bytes so far.</param>
/// <param name="TotalBytes">Bytes in all.</param>
public sealed record MnistDownloadProgress(string File, Uri Source, long Bytes, long TotalBytes);
