using System.Numerics.Tensors;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Model.Inference;

namespace MnistService.Model.Evaluation;

/// <summary>A model's predictions for labeled images. All evaluation metrics are computed from these predictions.</summary>
/// <param name="Probabilities">[N×10] softmax probabilities. Each row sums to 1.</param>
/// <param name="Labels">[N] true digits.</param>
public sealed record Predictions(float[] Probabilities, byte[] Labels)
{
    private const int BatchSize = 64;

    public int Count => Labels.Length;

    /// <summary>Classifies all images. Must be called on the thread that owns the classifier.</summary>
    /// <param name="cancellation">Checked between batches.</param>
    public static Predictions Measure(IDigitClassifier classifier, LabeledImages images, CancellationToken cancellation = default)
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

    /// <summary>Returns the ten probabilities of the image with this zero-based index.</summary>
    public ReadOnlySpan<float> Of(int picture) => Probabilities.AsSpan(picture * 10, 10);

    /// <summary>Returns the most probable digit of the image with this zero-based index; if several are equally probable, the smallest of them.</summary>
    public int Digit(int picture) => TensorPrimitives.IndexOfMax(Of(picture));

    /// <summary>Returns whether all probabilities are finite numbers.</summary>
    public bool AreFinite() => Array.TrueForAll(Probabilities, float.IsFinite);

    /// <summary>
    /// Returns the predictions after temperature scaling: the model's logits are divided by <paramref name="temperature"/> (above 0) before softmax.
    /// </summary>
    public Predictions At(double temperature)
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
