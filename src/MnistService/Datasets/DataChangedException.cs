namespace MnistService.Datasets;

/// <summary>The pictures of a data set are gone, or are not those that were uploaded. The message can be shown to a client.</summary>
internal sealed class DataChangedException(string message, Exception? inner = null) : Exception(message, inner);
