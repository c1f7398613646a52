namespace MnistService.Model.Inference.Cpu;

/// <summary>Classifies batches on the CPU without libtorch. Several instances may share a model. An instance is not thread-safe.</summary>
internal sealed class FusedDigitClassifier(FusedModel model) : IDigitClassifier
{
    /// <summary>Largest number of images per forward pass. Their features (6 kB per image) must fit in the L2 cache together with the weights.</summary>
    private const int Capacity = 32;

    private readonly Workspace _workspace = new(Capacity);

    public string ModelId => model.ModelId;

    public string Device => "cpu";

    public IConcurrentDigitClassifier ForAnyThread => model;

    public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities) => model.Classify(pixels, probabilities, _workspace);

    public void Dispose()
    {
        // All memory is managed.
    }
}
