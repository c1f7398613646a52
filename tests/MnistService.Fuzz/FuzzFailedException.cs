namespace MnistService.Fuzz;

/// <summary>The service violated its contract for an input.</summary>
public sealed class FuzzFailedException(string message) : Exception(message);
