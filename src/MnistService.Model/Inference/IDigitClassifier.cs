namespace MnistService.Model.Inference;

/// <summary>
/// A loaded network that classifies batches of images. The methods are synchronous. An instance is not thread-safe: its owner calls and disposes the instance
/// on one dedicated thread.
/// </summary>
public interface IDigitClassifier : IDisposable
{
    /// <summary>Id of the model version in the model store.</summary>
    string ModelId { get; }

    /// <summary>The device that computes: <c>cpu</c> or, for example, <c>cuda:0</c>.</summary>
    string Device { get; }

    /// <summary>A thread-safe classifier for the same model. <c>null</c> if the backend does not support concurrent calls.</summary>
    IConcurrentDigitClassifier? ForAnyThread => null;

    /// <summary>Classifies a batch of N images and computes the digit score of the first K images.</summary>
    /// <param name="pixels">[N×784] bytes, row-major, 0 = paper, 255 = ink; N ≥ 1.</param>
    /// <param name="probabilities">[N×10]; receives softmax probabilities. Each row sums to 1.</param>
    /// <param name="digitProbabilities">
    /// [K] with K ≤ N; receives, for each of the first K images, the probability that the image shows a digit, or NaN if the model has no digit score.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The length of <paramref name="pixels"/> is not 784·N with N ≥ 1, the length of <paramref name="probabilities"/> is not 10·N, or
    /// <paramref name="digitProbabilities"/> has more than N elements.
    /// </exception>
    void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities, Span<float> digitProbabilities);
}

/// <summary>Extension methods of <see cref="IDigitClassifier"/>.</summary>
public static class DigitClassifierExtensions
{
    /// <summary>Classifies a batch of images, without computing the digit score.</summary>
    /// <inheritdoc cref="IDigitClassifier.Classify"/>
    public static void Classify(this IDigitClassifier classifier, ReadOnlySpan<byte> pixels, Span<float> probabilities)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        classifier.Classify(pixels, probabilities, []);
    }
}
