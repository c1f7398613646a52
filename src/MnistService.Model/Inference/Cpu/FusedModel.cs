using MnistService.Model.Imaging;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Classifies images on the CPU with a <see cref="FusedNetwork"/>, and divides the logits by a temperature. Thread-safe if each thread uses its own workspace.
/// </summary>
/// <param name="modelId">Id of the model version in the model store.</param>
/// <param name="network">The network, with its weights prepared for the CPU.</param>
/// <param name="temperature">The logits are divided by this number before softmax.</param>
internal sealed unsafe class FusedModel(string modelId, FusedNetwork network, double temperature = 1) : IConcurrentDigitClassifier
{
    private const int Classes = FusedNetwork.Classes;

    [ThreadStatic]
    private static Workspace? _workspace; // scratch buffers for one image: 50 kB per thread

    public string ModelId => modelId;

    public float ClassifyOne(ReadOnlySpan<byte> pixels, Span<float> probabilities)
    {
        if (pixels.Length != DigitImage.PixelCount || probabilities.Length != Classes)
            throw new ArgumentException(
                $"Got {pixels.Length} pixels and {probabilities.Length} probabilities; expected {DigitImage.PixelCount} pixels and {Classes} probabilities.");
        var digitProbability = 0f;
        Classify(pixels, probabilities, new(ref digitProbability), _workspace ??= new Workspace(capacity: 1));
        return digitProbability;
    }

    /// <summary>Classifies N images and computes the digit score of the first K. Splits the batch if N exceeds the capacity of the workspace.</summary>
    /// <param name="pixels">[N×784] bytes, 0 = paper, 255 = ink; N ≥ 1.</param>
    /// <param name="probabilities">[N×10]; receives softmax probabilities.</param>
    /// <param name="digitProbabilities">[K] with K ≤ N; receives the digit probabilities of the first K images, or NaN if the model has no digit score.</param>
    /// <param name="workspace">The workspace of the calling thread.</param>
    /// <exception cref="ArgumentException">
    /// The length of <paramref name="pixels"/> is not 784·N with N ≥ 1, the length of <paramref name="probabilities"/> is not 10·N, or
    /// <paramref name="digitProbabilities"/> has more than N elements.
    /// </exception>
    public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities, Span<float> digitProbabilities, Workspace workspace)
    {
        var count = pixels.Length / DigitImage.PixelCount;
        if (count == 0 || pixels.Length != count * DigitImage.PixelCount || probabilities.Length != count * Classes || digitProbabilities.Length > count)
        {
            throw new ArgumentException($"Got {pixels.Length} pixels, {probabilities.Length} probabilities and {digitProbabilities.Length} digit probabilities; "
                + "expected 784·N pixels, 10·N probabilities and at most N digit probabilities for a batch of N ≥ 1 images.");
        }
        fixed (byte* first = pixels)
        {
            for (var done = 0; done < count; done += workspace.Capacity)
            {
                var now = Math.Min(workspace.Capacity, count - done);
                network.Extract(first + done * DigitImage.PixelCount, now, workspace);
                network.Classify(now, (float)temperature, probabilities.Slice(done * Classes, now * Classes), workspace);
                var scored = digitProbabilities.Slice(Math.Min(done, digitProbabilities.Length), Math.Clamp(digitProbabilities.Length - done, 0, now));
                if (network.Score is null) scored.Fill(float.NaN);
                else if (scored.Length > 0) network.Score.Apply(workspace, scored);
            }
        }
        GC.KeepAlive(workspace);
    }
}
