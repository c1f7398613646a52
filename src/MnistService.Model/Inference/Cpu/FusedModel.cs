using MnistService.Model.Imaging;

namespace MnistService.Model.Inference.Cpu;

/// <summary>A prepared network with its model's id and temperature: for any number of threads, each with a workspace.</summary>
/// <param name="modelId">The id in the store.</param>
/// <param name="network">The prepared network.</param>
/// <param name="temperature">What the logits are divided by.</param>
internal sealed unsafe class FusedModel(string modelId, FusedNetwork network, double temperature = 1) : IConcurrentDigitClassifier
{
    private const int Classes = 10;

    [ThreadStatic]
    private static Workspace? _workspace; // for one picture: 50 kB a thread

    public string ModelId => modelId;

    public void ClassifyOne(ReadOnlySpan<byte> pixels, Span<float> probabilities)
    {
        if (pixels.Length != DigitImage.PixelCount || probabilities.Length != Classes)
            throw new ArgumentException($"{pixels.Length} pixels and {probabilities.Length} probabilities are not {DigitImage.PixelCount} and {Classes}.");
        Classify(pixels, probabilities, _workspace ??= new Workspace(capacity: 1));
    }

    /// <param name="pixels">[N×784], N ≥ 1.</param>
    /// <param name="probabilities">[N×10], filled.</param>
    /// <param name="workspace">The calling thread's; a larger N is divided.</param>
    public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities, Workspace workspace)
    {
        var count = pixels.Length / DigitImage.PixelCount;
        if (count == 0 || pixels.Length != count * DigitImage.PixelCount || probabilities.Length != count * Classes)
            throw new ArgumentException($"{pixels.Length} pixels and {probabilities.Length} probabilities are not N×784 and N×10.");
        fixed (byte* first = pixels)
        {
            for (var done = 0; done < count; done += workspace.Capacity)
            {
                var now = Math.Min(workspace.Capacity, count - done);
                var logits = network.Logits(first + done * DigitImage.PixelCount, now, workspace);
                for (var picture = 0; picture < now; picture++, logits += FusedNetwork.LogitStride)
                    Softmax.Apply(logits, (float)temperature, probabilities.Slice((done + picture) * Classes, Classes));
            }
        }
        GC.KeepAlive(workspace);
    }
}
