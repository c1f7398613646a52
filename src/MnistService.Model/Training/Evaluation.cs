using MnistService.Model.Data;
using MnistService.Model.Imaging;
using MnistService.Model.Inference;

namespace MnistService.Model.Training;

/// <summary>How a model does on labelled pictures, measured through the code that serves.</summary>
public sealed record Evaluation
{
    private const int BatchSize = 64;
    private const float LeastProbability = 1e-7f;

    /// <summary>Pictures measured.</summary>
    public required int Images { get; init; }

    /// <summary>Fraction right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean negative log-likelihood, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>[10][10]: rows are the true digit, columns the answer.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix { get; init; }

    /// <summary>The answer for each picture, one character each, in the order of the pictures.</summary>
    public required string Predictions { get; init; }

    /// <summary>Classifies every picture. Call on the thread that owns the classifier.</summary>
    public static Evaluation Measure(IDigitClassifier classifier, LabelledImages images, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(images);
        var confusion = new int[10][];
        for (var digit = 0; digit < 10; digit++) confusion[digit] = new int[10];
        var predictions = new char[images.Count];
        var probabilities = new float[BatchSize * 10];
        double loss = 0;
        for (var start = 0; start < images.Count; start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(BatchSize, images.Count - start);
            var rows = probabilities.AsSpan(0, count * 10);
            classifier.Classify(images.Pixels.AsSpan(start * DigitImage.PixelCount, count * DigitImage.PixelCount), rows);
            for (var i = 0; i < count; i++)
            {
                var row = rows.Slice(i * 10, 10);
                var (label, answer) = (images.Labels[start + i], MostProbable(row));
                confusion[label][answer]++;
                predictions[start + i] = (char)('0' + answer);
                loss -= Math.Log(Math.Max(row[label], LeastProbability));
            }
        }
        return new Evaluation
        {
            Images = images.Count,
            Accuracy = (double)confusion.Select((row, digit) => row[digit]).Sum() / images.Count,
            Loss = loss / images.Count,
            ConfusionMatrix = confusion,
            Predictions = new string(predictions),
        };
    }

    private static int MostProbable(ReadOnlySpan<float> row)
    {
        var best = 0;
        for (var digit = 1; digit < row.Length; digit++)
            if (row[digit] > row[best]) best = digit;
        return best;
    }
}
