using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>
/// Score of a part of a segmentation: a candidate that is chosen as a digit, or an atom that is dropped. The sum over a line is the logarithm of the
/// segmentation's probability, except for a constant (a conditional random field). The weights were fitted by maximum likelihood on drawn scenes with one digit
/// and with several digits.
/// </summary>
internal static class SegmentationScore
{
    /// <summary>Lower limit of logarithms: a single unlikely digit must not decide about a whole line.</summary>
    private const float LeastLog = -7;

    /// <summary>Returns the score of a candidate.</summary>
    /// <param name="shape">Proportions of the candidate.</param>
    /// <param name="confidence">Probability of the most probable digit.</param>
    /// <param name="digitProbability">Probability that the candidate is a digit.</param>
    public static float OfDigit(MarkShape shape, float confidence, float digitProbability)
    {
        var aspect = shape.Width / MathF.Max(0.05f, shape.Height);
        var score = 1.0f
            + 1.0f * Log(digitProbability)
            + 1.0f * Log(confidence)
            - 4.0f * MathF.Max(0, aspect - 1)
            - 6.0f * MathF.Max(0, 0.35f - aspect)
            - 4.0f * MathF.Max(0, 0.8f - shape.Height)
            - 1.5f * MathF.Max(0, shape.Height - 1.2f)
            + 1.7f * shape.Width * shape.Height // a digit that covers more ink explains more
            - 0.5f * Math.Clamp(0.1f - shape.OuterGap, 0, 0.6f)
            - 1.7f * MathF.Min(1, shape.OuterCut)
            - 2.1f * MathF.Sqrt(MathF.Min(1, shape.OuterCut))
            - (shape.IsAtEdge ? 1.3f : 0);
        if (shape.InnerGap > -1) score -= 2.3f + 2.1f * Math.Clamp(shape.InnerGap - 0.04f, 0, 0.3f) + (shape.InnerGap > 0.085f ? 2.4f : 0);
        if (shape.InnerCut < 1) score += 0.2f + 0.4f * (1 - shape.InnerCut);
        return score;
    }

    /// <summary>Returns the score of an atom that is dropped.</summary>
    /// <param name="shape">Proportions of the atom; <c>null</c> if it is too small for a candidate.</param>
    /// <param name="digitProbability">Probability that the atom is a digit.</param>
    public static float OfDropped(MarkShape? shape, float digitProbability)
    {
        if (shape is not { } atom) return -0.9f;
        var height = MathF.Min(1.5f, atom.Height);
        return -0.9f - 0.6f * height - 1.1f * MathF.Min(1.44f, height * height) - 0.5f * MathF.Min(1.5f, atom.Width) - 0.1f * digitProbability + (atom.IsAtEdge ? 1.1f : 0);
    }

    private static float Log(float probability) => MathF.Max(LeastLog, MathF.Log(probability));
}
