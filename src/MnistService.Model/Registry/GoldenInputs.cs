using MnistService.Model.Imaging;
using MnistService.Model.Inference;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry;

/// <summary>
/// Four synthetic images (ring, bar, cross, gradient). Formulas define the images, so that they are identical on every machine. When a model is stored, its
/// outputs for these images (golden outputs) are recorded in its card. Each time the model is loaded, its outputs are compared with the recorded outputs.
/// </summary>
public static class GoldenInputs
{
    /// <summary>
    /// Maximum accepted difference between a computed probability and the recorded one. A smaller difference can be a rounding error, which depends on the
    /// machine and the device. With a larger difference, the model is not loaded.
    /// </summary>
    private const float Tolerance = 2e-3f;

    private static readonly Func<int, int, int>[] Shapes =
    [
        static (x, y) => Math.Abs((2 * x - 27) * (2 * x - 27) + (2 * y - 27) * (2 * y - 27) - 256) < 110 ? 255 : 0,
        static (x, y) => x is >= 12 and <= 14 && y is >= 4 and <= 23 ? 255 : 0,
        static (x, y) => Math.Abs(x - y) <= 1 || Math.Abs(x + y - 27) <= 1 ? 220 : 0,
        static (x, y) => x * 9,
    ];

    /// <summary>[4×784] pixels, 0 = paper, 255 = ink.</summary>
    public static byte[] Pixels { get; } = Draw();

    /// <summary>Classifies the four golden inputs, which are synthetic images. Must be called on the thread that owns the classifier.</summary>
    /// <returns>[4][10] probabilities: one row per image, one column per digit.</returns>
    public static float[][] Ask(IDigitClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        var flat = new float[Shapes.Length * 10];
        classifier.Classify(Pixels, flat);
        return [.. flat.Chunk(10)];
    }

    /// <summary>
    /// Computes the digit score of the four golden inputs, which are synthetic images. Must be called on the thread that owns the classifier.
    /// </summary>
    /// <returns>[4] probabilities that the image shows a digit; NaN if the model has no digit score.</returns>
    public static float[] AskScore(IDigitClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        var scores = new float[Shapes.Length];
        classifier.Classify(Pixels, new float[Shapes.Length * 10], scores);
        return scores;
    }

    /// <summary>
    /// Computes the digit score of the four golden inputs, and compares it with the recorded values. Must be called on the thread that owns the classifier.
    /// </summary>
    /// <param name="recorded">[4] recorded probabilities that the image shows a digit.</param>
    /// <exception cref="ModelFormatException">
    /// A probability differs from the recorded one by more than 0.002 or is NaN, or <paramref name="recorded"/> does not have 4 entries.
    /// </exception>
    public static void VerifyScore(IDigitClassifier classifier, IReadOnlyList<float> recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        var answers = AskScore(classifier);
        if (recorded.Count != answers.Length)
            throw new ModelFormatException($"The card of model '{classifier.ModelId}' has {recorded.Count} golden outputs of the digit score (recorded probabilities that an image shows a digit); expected {answers.Length}.");
        var worst = answers.Zip(recorded, (answer, expected) => Math.Abs(answer - expected)).Aggregate(0f, Math.Max);
        if (!(worst <= Tolerance))
            throw new ModelFormatException($"The digit score of model '{classifier.ModelId}' (the probability that an image shows a digit) differs by up to {worst:g3} "
                + $"from the golden outputs (probabilities recorded in the model's card); expected at most {Tolerance:g3}.");
    }

    /// <summary>
    /// Classifies the four golden inputs, and compares the probabilities with the recorded ones. Must be called on the thread that owns the classifier.
    /// </summary>
    /// <param name="recorded">[4][10] recorded probabilities: one row per image, one column per digit.</param>
    /// <exception cref="ModelFormatException">
    /// A probability differs from the recorded one by more than 0.002 or is NaN, or <paramref name="recorded"/> does not have the shape [4][10].
    /// </exception>
    public static void Verify(IDigitClassifier classifier, IReadOnlyList<IReadOnlyList<float>> recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        var answers = Ask(classifier);
        if (recorded.Count != answers.Length || recorded.Any(row => row is not { Count: 10 }))
            throw new ModelFormatException($"The card of model '{classifier.ModelId}' has golden outputs (recorded probabilities) "
                + $"with {recorded.Count} rows and {recorded.Sum(row => row?.Count ?? 0)} numbers; expected {answers.Length} rows with 10 numbers each.");
        var worst = answers.SelectMany((row, i) => row.Select((p, j) => Math.Abs(p - recorded[i][j]))).Aggregate(0f, Math.Max);
        if (!(worst <= Tolerance))
            throw new ModelFormatException($"The probabilities of model '{classifier.ModelId}' differ by up to {worst:g3} from the golden outputs (probabilities recorded in the model's card); expected at most {Tolerance:g3}.");
    }

    private static byte[] Draw()
    {
        var pixels = new byte[Shapes.Length * DigitImage.PixelCount];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (shape, pixel) = Math.DivRem(i, DigitImage.PixelCount);
            pixels[i] = (byte)Shapes[shape](pixel % DigitImage.Side, pixel / DigitImage.Side);
        }
        return pixels;
    }
}
