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

    /// <summary>Gap between the strokes of one digit, as a fraction of the line's height. Larger gaps are between digits.</summary>
    private const float NearGap = 0.085f;

    /// <summary>Returns the score of a candidate.</summary>
    /// <param name="shape">Proportions of the candidate.</param>
    /// <param name="confidence">Probability of the most probable digit.</param>
    /// <param name="digitProbability">Probability that the candidate is a digit.</param>
    public static float OfDigit(MarkShape shape, float confidence, float digitProbability)
    {
        var aspect = shape.Width / MathF.Max(0.05f, shape.Height);
        var score = 2.9f
            + 1.0f * Log(digitProbability)
            + 2.5f * Log(confidence)
            - 5.4f * MathF.Max(0, aspect - 1)
            - 11.8f * MathF.Max(0, 0.35f - aspect)
            - 10.1f * MathF.Max(0, 0.8f - shape.Height)
            - 1.7f * MathF.Max(0, shape.Height - 1.2f)
            + 1.2f * shape.Width * shape.Height // a digit that covers more of the line explains more
            - 4.6f * MathF.Max(0, 0.85f - shape.Strength)
            - (shape.IsAtEdge ? 1.2f : 0);
        // Separate digits are seldom nearer to each other than this.
        if (shape.OuterGap < NearGap) score -= 1.3f;
        score += 2.8f * Math.Clamp(0.1f - shape.OuterGap, 0, 0.6f);
        if (shape.InnerGap > -1) score -= 1.9f + 1.5f * Math.Clamp(shape.InnerGap - 0.04f, 0, 0.3f) + (shape.InnerGap > NearGap ? 2.8f : 0);
        if (shape.OuterCut > 0) score += 0.2f - 1.6f * MathF.Min(1, shape.OuterCut) - 0.8f * MathF.Sqrt(MathF.Min(1, shape.OuterCut)) - 3.1f * MathF.Max(0, 1.3f - shape.MarkWidth);
        if (shape.InnerCut < 1) score += 0.3f + 0.3f * (1 - shape.InnerCut);
        return score;
    }

    /// <summary>Returns the score of an atom that is dropped.</summary>
    /// <param name="shape">Proportions of the atom; <c>null</c> if it is too small for a candidate.</param>
    public static float OfDropped(MarkShape? shape)
    {
        if (shape is not { } atom) return -0.4f;
        var height = MathF.Min(1.2f, atom.Height);
        return -0.4f - 0.2f * MathF.Min(1.5f, atom.Height) - 0.9f * height * height - 0.8f * MathF.Min(1.5f, atom.Width) + (atom.IsAtEdge ? 1.2f : 0);
    }

    private static float Log(float probability) => MathF.Max(LeastLog, MathF.Log(probability));
}
