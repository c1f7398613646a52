namespace MnistService.Model.Reading;

/// <summary>
/// Decides whether an image shows several digits. A false positive rejects a valid image of one digit. Therefore, only digits of which the network is very
/// certain are counted, so that stains, brackets and lines of a form are not counted as digits.
/// </summary>
internal static class SeveralDigits
{
    /// <summary>
    /// Minimum margin by which the chosen digits must be more probable than the best segmentation with a single digit. The margin is the natural logarithm of
    /// the ratio of both probabilities. Applies if at least two of the counted digits are not 1s.
    /// </summary>
    private const float LeastMargin = 2.5f;

    /// <summary>
    /// Minimum margin, as in <see cref="LeastMargin"/>, if only one of the counted digits is not a 1. The margin is larger, because a bracket or a line of a
    /// form looks like a 1.
    /// </summary>
    private const float LeastMarginWithOnes = 3.5f;

    /// <summary>Minimum digit probability of a digit that is counted when it is decided whether an image shows several digits.</summary>
    private const float LeastProbability = 0.9f;

    /// <summary>Minimum confidence of a digit that is counted when it is decided whether an image shows several digits.</summary>
    private const float LeastConfidence = 0.9f;

    /// <summary>
    /// Minimum height of a digit that is counted when it is decided whether an image shows several digits, as a fraction of the tallest digit's height.
    /// </summary>
    private const double LeastHeight = 0.5;

    /// <summary>
    /// Maximum difference between the heights of the tallest and the shortest 1, as a fraction of the tallest height, if all counted digits are 1s. With a
    /// larger difference, the image is not considered to show several digits.
    /// </summary>
    private const double MostDifference = 0.15;

    /// <summary>
    /// Minimum height, in pixels of the upright image, of a digit that is counted when it is decided whether an image shows several digits. The limit is
    /// strict, because a false positive rejects a valid image of one digit.
    /// </summary>
    private const int LeastPixels = 10;

    /// <summary>Returns whether the image certainly shows several digits.</summary>
    /// <param name="page">The candidates of the image with their scores.</param>
    /// <param name="chosen">Indexes of the candidates that were chosen as the digits of the image.</param>
    /// <param name="dropped">Number of atoms (marks or pieces of marks) that are not part of a chosen candidate.</param>
    public static bool IsCertain(ScoredPage page, List<int> chosen, int dropped)
    {
        // If the dropped atoms are as many as the digits, the image is probably a texture or a form.
        if (chosen.Count < 2 || dropped >= chosen.Count) return false;
        var tallest = chosen.Max(index => page.Marks.Candidates[index].Box.Height);
        List<int> counted = [.. chosen.Where(index => IsDigit(page, index, tallest))];
        var others = counted.Count(index => page.Digits[index] != 1);
        if (counted.Count < 2) return false;
        if (others == 0) return AreAlone(page, counted);
        var margin = chosen.Sum(page.Gain) - Enumerable.Range(0, page.Scores.Length).Max(page.Gain);
        return margin >= (others >= 2 ? LeastMargin : LeastMarginWithOnes);
    }

    /// <summary>
    /// Returns whether the counted digits, which are all 1s, are the only marks of the image, are in one line, and have nearly the same height. Beside other
    /// marks, 1s can be brackets or lines of a form.
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
