namespace MnistService.Inference;

/// <summary>What the network says about the pictures of one request.</summary>
/// <param name="Probabilities">[N×10], each row sums to 1.</param>
/// <param name="Model">The id of the model that computed it.</param>
/// <param name="BatchSize">Images that were computed together, this request's among them.</param>
/// <param name="Queued">From asking for a place in the queue to the start of the computation.</param>
/// <param name="Computed">The computation of the whole batch.</param>
internal sealed record InferenceResult(float[] Probabilities, string Model, int BatchSize, TimeSpan Queued, TimeSpan Computed)
{
    /// <summary>Digits, and so probabilities an image: 10.</summary>
    public const int Classes = 10;
}
