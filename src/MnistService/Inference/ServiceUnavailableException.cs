namespace MnistService.Inference;

/// <summary>There is no model to compute with, or the service is shutting down. The message is fit for a client.</summary>
internal sealed class ServiceUnavailableException(string reason) : Exception(reason);
