namespace MnistService.Model.Inference.Cpu;

/// <summary>Classifies batches on the CPU without libtorch. Several instances may share one model, but only one thread at a time may use an instance.</summary>
internal sealed class FusedDigitClassifier(FusedModel model) : IDigitClassifier
{
    /// <summary>
    /// Maximum number of images per forward pass. With 32 images, the inputs (6 kB per image) and the weights (1.6 MB) of the first fully connected layer fit
    /// together in an L2 cache of 2 MB.
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
        // Nothing to dispose: the garbage collector frees all memory.
    }
}
