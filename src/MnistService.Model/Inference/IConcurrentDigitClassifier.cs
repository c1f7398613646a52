namespace MnistService.Model.Inference;

/// <summary>A loaded network that any number of threads may ask at the same time. It owns nothing that has to be disposed.</summary>
public interface IConcurrentDigitClassifier
{
    /// <summary>The id of the model version in the store.</summary>
    string ModelId { get; }

    /// <summary>Classifies one picture.</summary>
    /// <param name="pixels">[784] bytes, row order, 0 = paper, 255 = ink.</param>
    /// <param name="probabilities">[10], filled with softmax probabilities that sum to 1.</param>
    /// <exception cref="ArgumentException">The lengths are others.</exception>
    void ClassifyOne(ReadOnlySpan<byte> pixels, Span<float> probabilities);
}
