using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Model.Inference;

namespace MnistService.Model.Evaluation;

/// <summary>What a model answers to labelled pictures: the raw material of every measure.</summary>
/// <param name="Probabilities">[N×10], each row summing to 1.</param>
/// <param name="Labels">[N] the true digits.</param>
public sealed record Answers(float[] Probabilities, byte[] Labels)
{
    private const int BatchSize = 64;

    public int Count => Labels.Length;

    /// <summary>Asks for every picture. Call on the thread that owns the classifier.</summary>
    /// <param name="cancellation">Looked at between batches.</param>
    public static Answers Ask(IDigitClassifier classifier, LabelledImages images, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(images);
        var probabilities = new float[images.Count * 10];
        for (var start = 0; start < images.Count; start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(BatchSize, images.Count - start);
            classifier.Classify(images.Pixels.AsSpan(start * DigitImage.PixelCount, count * DigitImage.PixelCount), probabilities.AsSpan(start * 10, count * 10));
        }
        return new(probabilities, images.Labels);
    }

    /// <summary>Its row of ten probabilities.</summary>
    public ReadOnlySpan<float> Of(int picture) => Probabilities.AsSpan(picture * 10, 10);

    /// <summary>The most probable digit.</summary>
    public int Digit(int picture)
    {
        var row = Of(picture);
        var best = 0;
        for (var digit = 1; digit < row.Length; digit++)
            if (row[digit] > row[best]) best = digit;
        return best;
    }

    /// <summary>What the model would have answered with its logits divided by a temperature.</summary>
    public Answers At(double temperature)
    {
        if (temperature == 1) return this;
        var tempered = new float[Probabilities.Length];
        Span<double> row = stackalloc double[10];
        for (var i = 0; i < Count; i++)
        {
            var sum = 0.0;
            for (var digit = 0; digit < 10; digit++) sum += row[digit] = Math.Pow(Of(i)[digit], 1 / temperature);
            for (var digit = 0; digit < 10; digit++) tempered[i * 10 + digit] = (float)(row[digit] / sum);
        }
        return new(tempered, Labels);
    }
}
