namespace MnistService.Model.Datasets;

/// <summary>MNIST's files are missing or damaged and were not downloaded. The message names the cause.</summary>
public sealed class MnistUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
