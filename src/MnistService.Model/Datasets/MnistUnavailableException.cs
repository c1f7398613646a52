namespace MnistService.Model.Datasets;

/// <summary>MNIST is not in the data directory and could not be fetched. The message says what was tried.</summary>
public sealed class MnistUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
