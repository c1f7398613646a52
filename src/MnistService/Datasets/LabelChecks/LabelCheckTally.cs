using MnistService.Inference;
using MnistService.Model.Imaging;

namespace MnistService.Datasets.LabelChecks;

/// <summary>Counts the labels that predictions contradict. Keeps at most <see cref="LabelCheck.MaxListed"/> entries, so that memory is bounded.</summary>
internal sealed class LabelCheckTally
{
    private const int HalfOfTheImage = DigitImage.PixelCount / 2;
    private const int InkBit = 7; // set in a pixel of 128 and more

    private readonly int[][] _suspicious = [.. Enumerable.Range(0, InferenceResult.Classes).Select(_ => new int[InferenceResult.Classes])];
    // The least confident entry is on top, of equal ones the last: it is the one that a more confident entry replaces.
    private readonly PriorityQueue<SuspiciousEntry, (float Confidence, int Order)> _listed = new();
    private string _model = "";
    private int _images, _disagreements, _inverted;

    /// <param name="result">Predictions of the next images.</param>
    /// <param name="labels">[N] their labels.</param>
    /// <param name="pixels">[N×784] the images.</param>
    internal void Add(InferenceResult result, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> pixels)
    {
        _model = result.Model;
        for (var i = 0; i < labels.Length; i++, _images++)
        {
            if (IsInverted(pixels.Slice(i * DigitImage.PixelCount, DigitImage.PixelCount))) _inverted++;
            var probabilities = result.Probabilities.AsSpan(i * InferenceResult.Classes, InferenceResult.Classes);
            var predicted = 0;
            for (var digit = 1; digit < InferenceResult.Classes; digit++)
                if (probabilities[digit] > probabilities[predicted]) predicted = digit;
            if (predicted == labels[i]) continue;
            _disagreements++;
            if (!(probabilities[predicted] >= LabelCheck.MinConfidence)) continue;
            _suspicious[labels[i]][predicted]++;
            _listed.Enqueue(new(_images, labels[i], (byte)predicted, probabilities[predicted]), (probabilities[predicted], -_images));
            if (_listed.Count > LabelCheck.MaxListed) _listed.Dequeue();
        }
    }

    internal LabelCheck Result => new(_model, _suspicious, _disagreements, _inverted);

    /// <summary>Highest confidence first, of equal ones in the order of the images.</summary>
    internal IReadOnlyList<SuspiciousEntry> Listed =>
        [.. _listed.UnorderedItems.Select(item => item.Element).OrderByDescending(entry => entry.Confidence).ThenBy(entry => entry.Index)];

    private static bool IsInverted(ReadOnlySpan<byte> image)
    {
        var ink = 0;
        foreach (var pixel in image) ink += pixel >> InkBit;
        return ink > HalfOfTheImage;
    }
}
