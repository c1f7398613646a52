using MnistService.Model.Datasets;
using MnistService.Model.Inference;

namespace MnistService.Model.Evaluation;

/// <summary>Metrics of a model on labeled images, measured with the production inference code.</summary>
public sealed record EvaluationResult
{
    /// <summary>Lower bound of the probabilities in <see cref="Loss"/>, so that a single image cannot make the loss infinite.</summary>
    private const float LeastProbability = 1e-7f;

    private const int ConfidenceBins = 15;

    /// <summary>Number of images that the model was evaluated on.</summary>
    public required int Images { get; init; }

    /// <summary>Fraction of the images that are classified correctly.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean negative log-likelihood of the true digits, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>
    /// Expected calibration error, 0 to 1: the mean of |confidence − accuracy| over 15 confidence bins, weighted by the number of images per bin.
    /// <c>null</c> if an older version of the service wrote the evaluation.
    /// </summary>
    public double? CalibrationError { get; init; }

    /// <summary>
    /// Reliability diagram: the confidence bins that are not empty, in ascending order. <c>null</c> if an older version of the service wrote the evaluation.
    /// </summary>
    public IReadOnlyList<ConfidenceBin>? Reliability { get; init; }

    /// <summary>[10][10] counts. The row is the true digit; the column is the predicted digit.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix { get; init; }

    /// <summary>The predicted digits, one character per image, in image order.</summary>
    public required string Predictions { get; init; }

    /// <summary>The misclassified images, in image order. <c>null</c> if an older version of the service wrote the evaluation.</summary>
    public IReadOnlyList<Mistake>? Mistakes { get; init; }

    /// <summary>A misclassified image.</summary>
    /// <param name="Image">Zero-based index of the image.</param>
    /// <param name="Label">The true digit.</param>
    public sealed record Mistake(int Image, int Label);

    /// <summary>
    /// One of 15 equally wide bins of the confidence, which is the probability of the predicted digit. The bin contains at least one prediction.
    /// </summary>
    /// <param name="Images">Number of images in the bin.</param>
    /// <param name="Confidence">Mean confidence of the predictions in the bin.</param>
    /// <param name="Accuracy">Fraction of correct predictions in the bin. For a perfectly calibrated model, this fraction equals the mean confidence.</param>
    public sealed record ConfidenceBin(int Images, double Confidence, double Accuracy);

    /// <summary>Classifies all images and computes the metrics. Must be called on the thread that owns the classifier.</summary>
    public static EvaluationResult Measure(IDigitClassifier classifier, LabeledImages images, CancellationToken cancellation = default) =>
        Of(Evaluation.Predictions.Measure(classifier, images, cancellation));

    public static EvaluationResult Of(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var confusion = new int[10][];
        for (var digit = 0; digit < 10; digit++) confusion[digit] = new int[10];
        var digits = new char[predictions.Count];
        var mistakes = new List<Mistake>();
        var bins = new (int Images, double Confidence, int Right)[ConfidenceBins];
        double loss = 0;
        for (var i = 0; i < predictions.Count; i++)
        {
            var row = predictions.Of(i);
            var (label, digit) = (predictions.Labels[i], predictions.Digit(i));
            confusion[label][digit]++;
            digits[i] = (char)('0' + digit);
            if (digit != label) mistakes.Add(new(i, label));
            loss -= Math.Log(Math.Max(row[label], LeastProbability));
            ref var bin = ref bins[Math.Clamp((int)(row[digit] * ConfidenceBins), 0, ConfidenceBins - 1)];
            bin = (bin.Images + 1, bin.Confidence + row[digit], bin.Right + (digit == label ? 1 : 0));
        }
        return new EvaluationResult
        {
            Images = predictions.Count,
            Accuracy = (double)(predictions.Count - mistakes.Count) / predictions.Count,
            Loss = loss / predictions.Count,
            CalibrationError = bins.Sum(bin => Math.Abs(bin.Confidence - bin.Right)) / predictions.Count,
            Reliability = [.. bins.Where(bin => bin.Images > 0).Select(bin => new ConfidenceBin(bin.Images, bin.Confidence / bin.Images, (double)bin.Right / bin.Images))],
            ConfusionMatrix = confusion,
            Predictions = new string(digits),
            Mistakes = mistakes,
        };
    }
}
