using MnistService.Model.Imaging;

namespace MnistService.Model.Inference.Cpu;

/// <summary>Classifies images on the CPU with a <see cref="FusedNetwork"/> and a temperature. Thread-safe if each thread uses its own workspace.</summary>
/// <param name="modelId">Id of the model version in the model store.</param>
/// <param name="network">The network, with its weights prepared for the CPU.</param>
/// <param name="temperature">The logits are divided by this number before softmax.</param>
internal sealed unsafe class FusedModel(string modelId, FusedNetwork network, double temperature = 1) : IConcurrentDigitClassifier
{
    private const int Classes = FusedNetwork.Classes;

    [ThreadStatic]
    private static Workspace? _workspace; // for one image: 50 kB per thread

    public string ModelId => modelId;

    public void ClassifyOne(ReadOnlySpan<byte> pixels, Span<float> probabilities)
    {
        if (pixels.Length != DigitImage.PixelCount || probabilities.Length != Classes)
            throw new ArgumentException($"Got {pixels.Length} pixels and {probabilities.Length} probabilities; expected {DigitImage.PixelCount} and {Classes}.");
        Classify(pixels, probabilities, _workspace ??= new Workspace(capacity: 1));
    }

    /// <summary>Classifies a batch. Splits it if N exceeds the capacity of the workspace.</summary>
    /// <param name="pixels">[N×784] bytes, 0 = paper, 255 = ink; N ≥ 1.</param>
    /// <param name="probabilities">[N×10]; receives softmax probabilities.</param>
    /// <param name="workspace">The workspace of the calling thread.</param>
    /// <exception cref="ArgumentException">The lengths are not N×784 and N×10 for the same N ≥ 1.</exception>
    public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities, Workspace workspace)
    {
        var count = pixels.Length / DigitImage.PixelCount;
        if (count == 0 || pixels.Length != count * DigitImage.PixelCount || probabilities.Length != count * Classes)
            throw new ArgumentException($"Got {pixels.Length} pixels and {probabilities.Length} probabilities; expected N×784 and N×10 with the same N ≥ 1.");
        fixed (byte* first = pixels)
        {
            for (var done = 0; done < count; done += workspace.Capacity)
            {
                var now = Math.Min(workspace.Capacity, count - done);
                network.Classify(first + done * DigitImage.PixelCount, now, (float)temperature, probabilities.Slice(done * Classes, now * Classes), workspace);
            }
        }
        GC.KeepAlive(workspace);
    }
}
