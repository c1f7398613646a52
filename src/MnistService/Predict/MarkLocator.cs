using MnistService.Inference;
using MnistService.Model.Imaging;
using MnistService.Model.Reading;

namespace MnistService.Predict;

/// <summary>Finds the candidates of the digits that were read, for their positions and network inputs.</summary>
internal static class MarkLocator
{
    /// <summary>
    /// Least similarity of two network inputs that show the same mark. The image as one digit and its candidate may be drawn at different resolutions, so their
    /// pixels can differ slightly.
    /// </summary>
    private const double LeastSimilarity = 0.7;

    /// <summary>Returns the network input of a digit.</summary>
    /// <returns>784 bytes; null if no candidate has the digit's box and confidence.</returns>
    internal static byte[]? FindInput(ClassifiedMarks marks, ReadDigit digit)
    {
        var candidates = marks.Marks.Candidates;
        var probabilities = marks.Probabilities.Span;
        var first = probabilities.Length / InferenceResult.Classes - candidates.Count; // the image as one digit can precede the candidates
        for (var i = 0; i < candidates.Count; i++)
            if (candidates[i].Box == digit.Box && probabilities[(first + i) * InferenceResult.Classes + digit.Digit] == digit.Confidence) return candidates[i].Image.Pixels.ToArray();
        return null;
    }

    /// <summary>Returns the bounding box of the image's single digit.</summary>
    /// <param name="marks">The marks of the reading that was chosen.</param>
    /// <param name="first">The marks of the first reading, if the image was read a second time. A second reading for one digit has no candidates.</param>
    /// <returns>The box of the most similar candidate; null if none is similar.</returns>
    internal static PixelBox? FindBox(PageMarks marks, PageMarks? first)
    {
        var (best, box) = (LeastSimilarity, (PixelBox?)null);
        foreach (var candidate in marks.Candidates.Concat(first?.Candidates ?? []))
        {
            var similarity = Similarity(candidate.Image, marks.Digit!);
            if (similarity > best) (best, box) = (similarity, candidate.Box);
        }
        return box;
    }

    /// <summary>Ink that both images have, as a fraction of the ink that at least one has: 1 if they are equal.</summary>
    private static double Similarity(DigitImage one, DigitImage other)
    {
        if (one == other) return 1;
        var (both, either) = (0, 0);
        for (var i = 0; i < DigitImage.PixelCount; i++)
        {
            var (a, b) = (one.Pixels.Span[i], other.Pixels.Span[i]);
            both += Math.Min(a, b);
            either += Math.Max(a, b);
        }
        return either == 0 ? 0 : (double)both / either;
    }
}
