using MnistService.Model.Architectures;

namespace MnistService.Model.Reading;

/// <summary>
/// Chooses the candidate for an image that is read as one digit. <see cref="Imaging.PageMarks.Digit"/> is the strongest component, which may be a stain, a
/// shadow or a part of a form.
/// </summary>
internal static class SingleDigit
{
    /// <param name="page">The scored candidates.</param>
    /// <param name="imageDigitProbability">Digit probability of <see cref="Imaging.PageMarks.Digit"/>; NaN if there is none.</param>
    /// <returns>Index of the digit with the greatest gain; <c>null</c> if the normalized image is a digit, or no candidate is one.</returns>
    public static int? Choose(ScoredPage page, float imageDigitProbability)
    {
        if (imageDigitProbability >= DigitScore.Threshold) return null;
        List<int> digits = [.. Enumerable.Range(0, page.Scores.Length).Where(index => page.DigitProbabilities[index] >= DigitScore.Threshold && page.IsLegible(index))];
        return digits.Count == 0 ? null : digits.MaxBy(page.Gain);
    }
}
