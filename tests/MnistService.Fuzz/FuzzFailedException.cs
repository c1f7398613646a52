namespace MnistService.Fuzz;

/// <summary>The service broke a promise about an input.</summary>
public sealed class FuzzFailedException(string message) : Exception(message);
