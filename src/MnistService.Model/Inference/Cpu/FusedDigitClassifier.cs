namespace MnistService.Model.Inference.Cpu;

/// <summary>Classifies batches on the CPU without libtorch. Several may share a model; each is for one thread at a time.</summary>
internal sealed class FusedDigitClassifier(FusedModel model) : IDigitClassifier
{
    /// <summary>Pictures computed together at most: their features (6 kB each) have to stay in the second-level cache beside the weights.</summary>
    private const int Capacity = 32;

    private readonly Workspace _workspace = new(Capacity);

    public string ModelId => model.ModelId;

    public string Device => "cpu";

    public IConcurrentDigitClassifier ForAnyThread => model;

    public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities) => model.Classify(pixels, probabilities, _workspace);

    public void Dispose()
    {
        // Its memory is the garbage collector's.
    }
}
