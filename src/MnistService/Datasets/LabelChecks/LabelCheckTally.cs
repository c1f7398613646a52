using System.Numerics.Tensors;
using MnistService.Inference;
using MnistService.Model.Imaging;

namespace MnistService.Datasets.LabelChecks;

/// <summary>
/// Counts the labels that differ from the predicted digits, and lists the suspicious ones among them (confidence of at least
/// <see cref="LabelCheck.MinConfidence"/>). The list keeps the <see cref="LabelCheck.MaxListed"/> labels with the highest confidence, so that memory is
/// bounded.
/// </summary>
internal sealed class LabelCheckTally
{
    private const int HalfOfTheImage = DigitImage.PixelCount / 2;
    private const int InkBit = 7; // most significant bit: set in pixels of at least 128

    private readonly int[][] _suspicious = [.. Enumerable.Range(0, InferenceResult.Classes).Select(_ => new int[InferenceResult.Classes])];
    // Min-heap by confidence. A full heap removes the entry with the lowest confidence. If several entries have this confidence, the last image is removed.
    private readonly PriorityQueue<SuspiciousEntry, (float Confidence, int Order)> _listed = new();
    private string _model = "";
    private int _images, _disagreements, _inverted;

    /// <summary>Adds the predictions of the next images.</summary>
    /// <param name="result">[N×10] probabilities of the images, and the model that computed them.</param>
    /// <param name="labels">[N] labels of the images.</param>
    /// <param name="pixels">[N×784] pixels of the images.</param>
    internal void Add(InferenceResult result, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> pixels)
    {
        _model = result.Model;
        for (var i = 0; i < labels.Length; i++, _images++)
        {
            if (IsInverted(pixels.Slice(i * DigitImage.PixelCount, DigitImage.PixelCount))) _inverted++;
            var probabilities = result.Probabilities.AsSpan(i * InferenceResult.Classes, InferenceResult.Classes);
            var predicted = TensorPrimitives.IndexOfMax<float>(probabilities);
            if (predicted == labels[i]) continue;
            _disagreements++;
            if (!(probabilities[predicted] >= LabelCheck.MinConfidence)) continue;
            _suspicious[labels[i]][predicted]++;
            _listed.Enqueue(new(_images, labels[i], (byte)predicted, probabilities[predicted]), (probabilities[predicted], -_images));
            if (_listed.Count > LabelCheck.MaxListed) _listed.Dequeue();
        }
    }

    internal LabelCheck Result => new(_model, _suspicious, _disagreements, _inverted);

    /// <summary>
    /// At most <see cref="LabelCheck.MaxListed"/> suspicious labels, highest confidence first. Labels of equal confidence are in the order of the images.
    /// </summary>
    internal IReadOnlyList<SuspiciousEntry> Listed =>
        [.. _listed.UnorderedItems.Select(item => item.Element).OrderByDescending(entry => entry.Confidence).ThenBy(entry => entry.Index)];

    private static bool IsInverted(ReadOnlySpan<byte> image)
    {
        var ink = 0;
        foreach (var pixel in image) ink += pixel >> InkBit;
        return ink > HalfOfTheImage;
    }
}
