namespace MnistService.Inference;

/// <summary>No model is served, the workers do not compute, or the service is shutting down. The message can be sent to clients.</summary>
internal sealed class ServiceUnavailableException(string reason) : Exception(reason);
