namespace MnistService.Model.Inference.Cpu;

/// <summary>Classifies batches on the CPU without libtorch. Several instances may share one model, but only one thread at a time may use an instance.</summary>
internal sealed class FusedDigitClassifier(FusedModel model) : IDigitClassifier
{
    /// <summary>
    /// Maximum number of images per forward pass. The inputs (6 kB per image) and the weights (1.6 MB) of the first fully connected layer must fit together in
    /// the L2 cache.
    /// </summary>
    private const int Capacity = 32;

    private readonly Workspace _workspace = new(Capacity);

    public string ModelId => model.ModelId;

    public string Device => "cpu";

    public IConcurrentDigitClassifier ForAnyThread => model;

    public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities, Span<float> digitProbabilities) =>
        model.Classify(pixels, probabilities, digitProbabilities, _workspace);

    public void Dispose()
    {
        // All memory is managed.
    }
}
