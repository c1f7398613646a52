using MnistService.Model.Datasets;
using MnistService.Model.Inference;

namespace MnistService.Model.Evaluation;

/// <summary>How a model does on labelled pictures, measured through the code that serves.</summary>
public sealed record EvaluationResult
{
    private const float LeastProbability = 1e-7f;
    private const int ConfidenceBins = 15;

    /// <summary>Pictures measured.</summary>
    public required int Images { get; init; }

    /// <summary>Fraction right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean negative log-likelihood, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>
    /// Expected calibration error: by how much confidence and accuracy differ in each of 15 bins of confidence, averaged over the answers. Null in
    /// evaluations by older versions.
    /// </summary>
    public double? CalibrationError { get; init; }

    /// <summary>Confidence against accuracy, one bin of confidence each, those without answers left out; null in evaluations by older versions.</summary>
    public IReadOnlyList<ConfidenceBin>? Reliability { get; init; }

    /// <summary>[10][10]: rows are the true digit, columns the answer.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix { get; init; }

    /// <summary>The answer for each picture, one character each, in the order of the pictures.</summary>
    public required string Predictions { get; init; }

    /// <summary>The pictures whose answer is wrong, in order; null in evaluations by older versions.</summary>
    public IReadOnlyList<Mistake>? Mistakes { get; init; }

    /// <summary>A picture that was read wrong.</summary>
    /// <param name="Image">Its place among the pictures, from 0.</param>
    /// <param name="Label">The digit that it is.</param>
    public sealed record Mistake(int Image, int Label);

    /// <summary>The answers whose confidence lies between the same two of 16 evenly spaced bounds.</summary>
    /// <param name="Images">How many.</param>
    /// <param name="Confidence">Their mean confidence.</param>
    /// <param name="Accuracy">Fraction of them that is right; the same as the confidence, were the model perfectly calibrated.</param>
    public sealed record ConfidenceBin(int Images, double Confidence, double Accuracy);

    /// <summary>Classifies every picture. Call on the thread that owns the classifier.</summary>
    public static EvaluationResult Measure(IDigitClassifier classifier, LabelledImages images, CancellationToken cancellation = default) =>
        Of(Answers.Ask(classifier, images, cancellation));

    public static EvaluationResult Of(Answers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var confusion = new int[10][];
        for (var digit = 0; digit < 10; digit++) confusion[digit] = new int[10];
        var predictions = new char[answers.Count];
        var mistakes = new List<Mistake>();
        var bins = new (int Images, double Confidence, int Right)[ConfidenceBins];
        double loss = 0;
        for (var i = 0; i < answers.Count; i++)
        {
            var row = answers.Of(i);
            var (label, answer) = (answers.Labels[i], answers.Digit(i));
            confusion[label][answer]++;
            predictions[i] = (char)('0' + answer);
            if (answer != label) mistakes.Add(new(i, label));
            loss -= Math.Log(Math.Max(row[label], LeastProbability));
            ref var bin = ref bins[Math.Clamp((int)(row[answer] * ConfidenceBins), 0, ConfidenceBins - 1)];
            bin = (bin.Images + 1, bin.Confidence + row[answer], bin.Right + (answer == label ? 1 : 0));
        }
        return new EvaluationResult
        {
            Images = answers.Count,
            Accuracy = (double)(answers.Count - mistakes.Count) / answers.Count,
            Loss = loss / answers.Count,
            CalibrationError = bins.Sum(bin => Math.Abs(bin.Confidence - bin.Right)) / answers.Count,
            Reliability = [.. bins.Where(bin => bin.Images > 0).Select(bin => new ConfidenceBin(bin.Images, bin.Confidence / bin.Images, (double)bin.Right / bin.Images))],
            ConfusionMatrix = confusion,
            Predictions = new string(predictions),
            Mistakes = mistakes,
        };
    }
}
