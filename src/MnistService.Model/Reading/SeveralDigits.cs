namespace MnistService.Model.Reading;

/// <summary>
/// Decides whether an image certainly shows several digits. A false positive rejects a valid image, so stains, brackets and the remains of a form must not count
/// as digits.
/// </summary>
internal static class SeveralDigits
{
    /// <summary>Minimum advantage of the best segmentation over the best one with a single digit: the logarithm of the ratio of their probabilities.</summary>
    private const float LeastMargin = 2.5f;

    /// <summary>Minimum advantage if fewer than two digits are other than 1. A bracket or the line of a form looks like a 1.</summary>
    private const float LeastMarginWithOnes = 3.5f;

    /// <summary>Minimum digit probability and confidence of a digit that counts.</summary>
    private const float LeastProbability = 0.9f, LeastConfidence = 0.9f;

    /// <summary>Minimum height of a digit that counts, as a fraction of the tallest digit's height.</summary>
    private const double LeastHeight = 0.5;

    /// <summary>Maximum difference in height of two 1s that are alone in the image, as a fraction of the taller one's height.</summary>
    private const double MostDifference = 0.15;

    /// <summary>Minimum height in pixels of a digit that counts. It is higher than that of a legible digit, because a false positive rejects a valid image.</summary>
    private const int LeastPixels = 10;

    /// <param name="page">The scored candidates.</param>
    /// <param name="chosen">Indexes of the candidates of the best segmentation.</param>
    /// <param name="dropped">Number of atoms that the best segmentation drops.</param>
    public static bool IsCertain(ScoredPage page, List<int> chosen, int dropped)
    {
        if (chosen.Count < 2 || dropped >= chosen.Count) return false; // many marks that are no digits: a texture or a form
        var tallest = chosen.Max(index => page.Marks.Candidates[index].Box.Height);
        List<int> counted = [.. chosen.Where(index => IsDigit(page, index, tallest))];
        var others = counted.Count(index => page.Digits[index] != 1);
        if (counted.Count < 2) return false;
        if (others == 0) return AreAlone(page, counted);
        var margin = chosen.Sum(page.Gain) - Enumerable.Range(0, page.Scores.Length).Max(page.Gain);
        return margin >= (others >= 2 ? LeastMargin : LeastMarginWithOnes);
    }

    /// <summary>Returns whether two or more 1s of the same height are the only marks of the image. With other marks, they can be brackets or lines of a form.</summary>
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
