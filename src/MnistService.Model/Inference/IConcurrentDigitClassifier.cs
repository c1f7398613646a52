namespace MnistService.Model.Inference;

/// <summary>A thread-safe classifier: any number of threads may call it concurrently. Implementations have nothing to dispose.</summary>
public interface IConcurrentDigitClassifier
{
    /// <summary>Id of the model version in the model store.</summary>
    string ModelId { get; }

    /// <summary>Classifies one image and computes its digit score.</summary>
    /// <param name="pixels">[784] bytes, row-major, 0 = paper, 255 = ink.</param>
    /// <param name="probabilities">[10]; receives softmax probabilities that sum to 1.</param>
    /// <returns>The probability that the image shows a digit; NaN if the model has no digit score.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="pixels"/> does not have 784 elements, or <paramref name="probabilities"/> does not have 10 elements.
    /// </exception>
    float ClassifyOne(ReadOnlySpan<byte> pixels, Span<float> probabilities);
}
