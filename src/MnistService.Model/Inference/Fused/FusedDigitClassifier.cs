using MnistService.Model.Imaging;

namespace MnistService.Model.Inference.Fused;

/// <summary>Classifies on the CPU without libtorch. Several may share a prepared network; each is for one thread at a time.</summary>
/// <param name="modelId">The id in the store.</param>
/// <param name="network">The prepared network.</param>
/// <param name="temperature">What the logits are divided by.</param>
internal sealed unsafe class FusedDigitClassifier(string modelId, FusedNetwork network, double temperature = 1) : IDigitClassifier
{
    /// <summary>Pictures computed together at most: their features (6 kB each) have to stay in the second-level cache beside the weights.</summary>
    private const int Capacity = 56;

    private const int Classes = 10;

    private readonly Workspace _workspace = network.CreateWorkspace(Capacity);

    public string ModelId => modelId;

    public string Device => "cpu";

    public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities)
    {
        var count = pixels.Length / DigitImage.PixelCount;
        if (count == 0 || pixels.Length != count * DigitImage.PixelCount || probabilities.Length != count * Classes)
            throw new ArgumentException($"{pixels.Length} pixels and {probabilities.Length} probabilities are not N×784 and N×10.");
        fixed (byte* first = pixels)
        {
            for (var done = 0; done < count; done += Capacity)
            {
                var now = Math.Min(Capacity, count - done);
                var logits = network.Logits(first + done * DigitImage.PixelCount, now, _workspace);
                for (var picture = 0; picture < now; picture++, logits += FusedNetwork.LogitStride)
                    Softmax.Apply(new(logits, Classes), (float)temperature, probabilities.Slice((done + picture) * Classes, Classes));
            }
        }
        GC.KeepAlive(_workspace);
    }

    public void Dispose()
    {
        // Its memory is the garbage collector's.
    }
}
