using MnistService.Model.Data;
using MnistService.Model.Inference;

namespace MnistService.Model.Training;

/// <summary>How a model does on labelled pictures, measured through the code that serves.</summary>
public sealed record Evaluation
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

    /// <summary>Classifies every picture. Call on the thread that owns the classifier.</summary>
    public static Evaluation Measure(IDigitClassifier classifier, LabelledImages images, CancellationToken cancellation = default) =>
        Of(Answers.Ask(classifier, images, cancellation));

    public static Evaluation Of(Answers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var confusion = new int[10][];
        for (var digit = 0; digit < 10; digit++) confusion[digit] = new int[10];
        var predictions = new char[answers.Count];
        var mistakes = new List<Mistake>();
        var surplus = new double[ConfidenceBins]; // of confidence over right answers
        double loss = 0;
        for (var i = 0; i < answers.Count; i++)
        {
            var row = answers.Of(i);
            var (label, answer) = (answers.Labels[i], answers.Digit(i));
            confusion[label][answer]++;
            predictions[i] = (char)('0' + answer);
            if (answer != label) mistakes.Add(new(i, label));
            loss -= Math.Log(Math.Max(row[label], LeastProbability));
            surplus[Math.Clamp((int)(row[answer] * ConfidenceBins), 0, ConfidenceBins - 1)] += row[answer] - (answer == label ? 1 : 0);
        }
        return new Evaluation
        {
            Images = answers.Count,
            Accuracy = (double)(answers.Count - mistakes.Count) / answers.Count,
            Loss = loss / answers.Count,
            CalibrationError = surplus.Sum(Math.Abs) / answers.Count,
            ConfusionMatrix = confusion,
            Predictions = new string(predictions),
            Mistakes = mistakes,
        };
    }
}
