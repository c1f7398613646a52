namespace MnistService.Inference;

/// <summary>The network's output for the images of one request.</summary>
/// <param name="Probabilities">[N×10] class probabilities; each row sums to 1.</param>
/// <param name="Model">Id of the model that computed the result.</param>
/// <param name="BatchSize">Number of images that were computed together, including those of this request.</param>
/// <param name="Queued">Time from the attempt to enqueue the request to the start of the computation.</param>
/// <param name="Computed">Time to compute the whole batch.</param>
internal sealed record InferenceResult(float[] Probabilities, string Model, int BatchSize, TimeSpan Queued, TimeSpan Computed)
{
    /// <summary>Number of classes (digits 0 to 9), and so of probabilities per image.</summary>
    public const int Classes = 10;
}
