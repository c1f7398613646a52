namespace MnistService.Datasets;

/// <summary>The images of a data set are missing, or are not those that were uploaded. Clients may see the message.</summary>
internal sealed class DataChangedException(string message, Exception? inner = null) : Exception(message, inner);
