namespace MnistService.Model.Inference;

/// <summary>
/// A loaded network, ready to classify. Synchronous, and for one caller at a time: its owner calls and disposes it on one
/// dedicated thread.
/// </summary>
public interface IDigitClassifier : IDisposable
{
    /// <summary>The id of the model version in the store.</summary>
    string ModelId { get; }

    /// <summary>Where the network lives: <c>cpu</c>, <c>cuda:0</c>.</summary>
    string Device { get; }

    /// <summary>The same model for callers on any thread, where it can be had; null where only this classifier's owner may ask it.</summary>
    IConcurrentDigitClassifier? ForAnyThread => null;

    /// <summary>Classifies a batch.</summary>
    /// <param name="pixels">[N×784] bytes, row order, 0 = paper, 255 = ink; N ≥ 1.</param>
    /// <param name="probabilities">[N×10], filled with softmax probabilities, each row summing to 1.</param>
    /// <exception cref="ArgumentException">The two lengths do not describe the same N.</exception>
    void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities);
}
