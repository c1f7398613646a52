namespace MnistService.Training;

/// <summary>Whether a new model was made to serve, and the numbers that decided it.</summary>
/// <param name="Activated">True when it serves now.</param>
/// <param name="Reason">One sentence.</param>
/// <param name="Accuracy">Its accuracy on the held-out pictures; null when none were held out.</param>
/// <param name="Served">The model that served before; null when none did.</param>
/// <param name="ServedAccuracy">That model's accuracy on the same pictures; null when it was not compared.</param>
internal sealed record ActivationDecision(bool Activated, string Reason, double? Accuracy, string? Served, double? ServedAccuracy);
