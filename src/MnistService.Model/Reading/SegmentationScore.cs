using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>
/// Scores of the parts of a segmentation: of a candidate that is chosen as a digit, and of an atom that is dropped. An atom is a mark, or a piece of a mark
/// that was cut. The sum of the scores of a line is the logarithm of the segmentation's probability, up to a constant (conditional random field). The weights
/// were fitted by maximum likelihood on generated images with one digit, with several digits, and with none.
/// </summary>
internal static class SegmentationScore
{
    /// <summary>
    /// Lower limit for the natural logarithm of a digit probability, so that one improbable digit does not decide the segmentation of a whole line.
    /// </summary>
    private const float LeastLog = -7;

    /// <summary>
    /// Threshold for the gap between two marks, as a fraction of the line's typical digit height. Smaller gaps are typical between the strokes of one digit,
    /// larger gaps are typical between digits. The score depends on which side of the threshold a gap is.
    /// </summary>
    private const float NearGap = 0.085f;

    /// <summary>Added to 1 − p when the certainty −log(1 − p) of a probability p is computed, so that the logarithm is finite.</summary>
    private const float LeastError = 1e-4f;

    /// <summary>
    /// Upper limit for the certainty −log(1 − p) of a probability p, so that one digit with a probability close to 1 does not decide the segmentation of a
    /// whole line.
    /// </summary>
    private const float MostCertainty = 6;

    /// <summary>Returns the score of a candidate that is chosen as a digit.</summary>
    /// <param name="shape">Proportions, gaps and cuts of the candidate.</param>
    /// <param name="pageHeight">
    /// Height of the candidate as a fraction of the image's typical digit height. The line's typical digit height is not enough: a stain is often the only mark
    /// of its line and then has the typical height.
    /// </param>
    /// <param name="confidence">Probability of the most probable digit, 0–1.</param>
    /// <param name="digitProbability">Probability that the candidate is a digit, 0–1.</param>
    public static float OfDigit(MarkShape shape, float pageHeight, float confidence, float digitProbability)
    {
        var aspect = shape.Width / MathF.Max(0.05f, shape.Height);
        var score = -0.85f
            + 0.42f * Log(digitProbability)
            + 0.35f * Certainty(digitProbability)
            + 0.32f * Certainty(confidence)
            - 5.02f * MathF.Max(0, aspect - 1)
            - 10.38f * MathF.Max(0, 0.35f - aspect)
            - 5.86f * MathF.Max(0, 0.8f - shape.Height)
            - 5.31f * MathF.Max(0, 0.8f - pageHeight)
            + 0.70f * shape.Width * shape.Height // favors candidates that cover much of the line
            - 4.03f * MathF.Max(0, 0.85f - shape.Strength)
            - (shape.IsAtEdge ? 1.00f : 0);
        // A gap below NearGap is seldom a gap between separate digits.
        if (shape.OuterGap < NearGap) score -= 0.68f;
        score += 1.18f * Math.Clamp(0.1f - shape.OuterGap, 0, 0.6f);
        if (shape.InnerGap > -1) score += -1.01f - 0.44f * Math.Clamp(shape.InnerGap - 0.04f, 0, 0.3f) - (shape.InnerGap > NearGap ? 0.63f : 0);
        if (shape.OuterCut > 0) score += -1.37f - 0.51f * MathF.Sqrt(MathF.Min(1, shape.OuterCut)) - 2.73f * MathF.Max(0, 1.3f - shape.MarkWidth);
        if (shape.InnerCut < 1) score += 0.36f * (1 - shape.InnerCut);
        return score;
    }

    /// <summary>Returns the score of an atom (a mark, or a piece of a mark that was cut) that belongs to no chosen digit.</summary>
    /// <param name="shape">Proportions of the atom. <c>null</c> if the atom alone is not a candidate for a digit, for example because it is too small.</param>
    /// <param name="pageHeight">Height of the atom as a fraction of the image's typical digit height.</param>
    /// <param name="digitProbability">Probability that the atom is a digit, 0–1.</param>
    public static float OfDropped(MarkShape? shape, float pageHeight, float digitProbability)
    {
        if (shape is not { } atom) return -0.10f;
        var height = MathF.Min(1.2f, atom.Height);
        return -0.10f + 0.97f * MathF.Min(1.5f, atom.Height) - 1.08f * height * height - 0.87f * MathF.Min(1.5f, atom.Width) + 0.76f * MathF.Max(0, 0.8f - pageHeight)
            - 0.58f * digitProbability + (atom.IsAtEdge ? 0.42f : 0);
    }

    private static float Log(float probability) => MathF.Max(LeastLog, MathF.Log(probability));

    private static float Certainty(float probability) => MathF.Min(MostCertainty, -MathF.Log(1 - probability + LeastError));
}
