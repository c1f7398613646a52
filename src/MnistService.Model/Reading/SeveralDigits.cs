namespace MnistService.Model.Reading;

/// <summary>
/// Decides whether an image shows several digits. A false positive rejects a valid image of one digit, so a digit is counted only if the network is very
/// certain. Stains, brackets and lines of a form must not be counted.
/// </summary>
internal static class SeveralDigits
{
    /// <summary>
    /// Minimum margin of the segmentation into the chosen digits over the best segmentation with a single digit: the natural logarithm of the ratio of their
    /// probabilities.
    /// </summary>
    private const float LeastMargin = 2.5f;

    /// <summary>
    /// Minimum margin if fewer than two of the counted digits differ from 1. The margin is larger because a bracket or a line of a form looks like a 1.
    /// </summary>
    private const float LeastMarginWithOnes = 3.5f;

    /// <summary>Minimum digit probability of a digit that is counted.</summary>
    private const float LeastProbability = 0.9f;

    /// <summary>Minimum confidence of a digit that is counted.</summary>
    private const float LeastConfidence = 0.9f;

    /// <summary>Minimum height of a digit that is counted, as a fraction of the tallest digit's height.</summary>
    private const double LeastHeight = 0.5;

    /// <summary>
    /// Maximum difference between the heights of the tallest and the shortest 1, as a fraction of the tallest 1's height, if all counted digits are 1s.
    /// </summary>
    private const double MostDifference = 0.15;

    /// <summary>
    /// Minimum height in pixels of a digit that is counted. This limit is higher than <see cref="ScoredPage.LeastPixels"/>, because a false positive rejects a
    /// valid image.
    /// </summary>
    private const int LeastPixels = 10;

    /// <summary>Returns whether the image shows several digits.</summary>
    /// <param name="page">The candidates of the image with their scores.</param>
    /// <param name="chosen">Indexes of the candidates that were chosen as digits.</param>
    /// <param name="dropped">Number of atoms that are not part of a chosen candidate.</param>
    public static bool IsCertain(ScoredPage page, List<int> chosen, int dropped)
    {
        if (chosen.Count < 2 || dropped >= chosen.Count) return false; // with so many marks that are not digits, the image is a texture or a form
        var tallest = chosen.Max(index => page.Marks.Candidates[index].Box.Height);
        List<int> counted = [.. chosen.Where(index => IsDigit(page, index, tallest))];
        var others = counted.Count(index => page.Digits[index] != 1);
        if (counted.Count < 2) return false;
        if (others == 0) return AreAlone(page, counted);
        var margin = chosen.Sum(page.Gain) - Enumerable.Range(0, page.Scores.Length).Max(page.Gain);
        return margin >= (others >= 2 ? LeastMargin : LeastMarginWithOnes);
    }

    /// <summary>
    /// Returns whether 1s of nearly the same height are the only marks of the image and are in one line. Beside other marks, 1s can be brackets or lines of a
    /// form.
    /// </summary>
    private static bool AreAlone(ScoredPage page, List<int> ones)
    {
        var heights = ones.ConvertAll(index => page.Marks.Candidates[index].Box.Height);
        return page.Marks is { Ignored: 0, Lines: [var atoms] } && atoms == ones.Count && heights.Max() - heights.Min() <= MostDifference * heights.Max();
    }

    private static bool IsDigit(ScoredPage page, int index, int tallest)
    {
        var candidate = page.Marks.Candidates[index];
        return page.DigitProbabilities[index] >= LeastProbability && page.Confidences[index] >= LeastConfidence && candidate.Shape is { OuterCut: 0, IsAtEdge: false }
            && candidate.Box.Height >= Math.Max(LeastPixels, LeastHeight * tallest);
    }
}
