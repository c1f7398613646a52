using MnistService.Model.Architectures;
using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>
/// Chooses one of the interpretations of an image, which differ in the pixels that are considered ink. Used if the first reading rejected the ink or gave a
/// doubtful result (<see cref="ClassifiedMarks.IsDoubtful(bool)"/>). The weights of the score were fitted by maximum likelihood (conditional logistic
/// regression) on generated images with one digit or none. In the fit, images without a digit have twice the weight. Only the weight of
/// <see cref="InterpretationKind.DarkestInk"/> was chosen by hand.
/// </summary>
public static class InterpretationChoice
{
    /// <summary>
    /// Digit probabilities are limited to the range from this number to 1 minus this number, so that their log-odds are finite. The number is also added to 1 −
    /// confidence, so that the logarithm of the sum is finite.
    /// </summary>
    private const float LeastError = 1e-4f;

    /// <summary>
    /// Upper limit for −log(1 − confidence), so that a confidence close to 1 does not outweigh everything else in the score of an interpretation.
    /// </summary>
    private const float MostCertainty = 6;

    /// <summary>
    /// Chooses the interpretation whose digit is most probable. If <paramref name="all"/> is true, chooses the interpretation whose digits together have the
    /// highest score.
    /// </summary>
    /// <param name="first">Result of the first reading; <c>null</c> if the first reading rejected the image.</param>
    /// <param name="interpretations">The interpretations of the image, with the outputs of the network for each interpretation.</param>
    /// <param name="all">Whether the client requested all digits of the image, and not the whole image read as a single digit.</param>
    /// <returns>
    /// Index of the chosen interpretation, and the probability that its digit is the digit of the image. If <paramref name="all"/> is true, the probability is
    /// computed from the sum of the log-odds of all its digits. <c>null</c> if the result of the first reading is kept.
    /// </returns>
    public static (int Index, float Probability)? Choose(ClassifiedMarks? first, IReadOnlyList<(InterpretationKind Kind, ClassifiedMarks Marks)> interpretations, bool all)
    {
        ArgumentNullException.ThrowIfNull(interpretations);
        var (best, most) = (-1, float.NegativeInfinity);
        foreach (var (index, (kind, marks)) in interpretations.Index())
        {
            var score = all ? ScoreOfAll(kind, marks) : ScoreOfWhole(kind, marks);
            if (score > most) (best, most) = (index, score);
        }
        if (best < 0) return null; // no interpretation has a digit
        var probability = 1 / (1 + MathF.Exp(-most));
        // An improbable digit is returned only if a single digit was requested and the first reading has a digit, too.
        if (probability < DigitScore.Threshold && (all || first?.Whole is null)) return null;
        // With the interpretation "Usual", the first reading is kept: it has the same interpretation and also cuts touching digits.
        return all && first is not null && interpretations[best].Kind == InterpretationKind.Usual ? null : (best, probability);
    }

    private static float ScoreOfAll(InterpretationKind kind, ClassifiedMarks marks) => marks.Reading.Digits is []
        ? float.NegativeInfinity
        : marks.Reading.Digits.Sum(digit => Score(kind, marks.Marks.Components, digit.Digit, digit.Confidence, digit.DigitProbability));

    private static float ScoreOfWhole(InterpretationKind kind, ClassifiedMarks marks) =>
        marks.Whole is { } whole ? Score(kind, marks.Marks.Components, whole.Digit, whole.Confidence, whole.DigitProbability) : float.NegativeInfinity;

    /// <summary>Returns the log-odds that a digit, as read with an interpretation, is a digit of the image.</summary>
    private static float Score(InterpretationKind kind, int components, int digit, float confidence, float digitProbability)
    {
        var probability = Math.Clamp(digitProbability, LeastError, 1 - LeastError);
        return -3.72f
            + 0.67f * MathF.Log(probability / (1 - probability))
            + 0.64f * MathF.Min(MostCertainty, -MathF.Log(1 - confidence + LeastError))
            - 0.32f * MathF.Log(Math.Max(1, components))
            - (digit == 1 ? 2.4f : 0)
            - kind switch
            {
                InterpretationKind.WholePage => 2.2f,
                InterpretationKind.StrongestColor => 2.33f,
                InterpretationKind.CommonInk => 1.08f,
                InterpretationKind.DarkestInk => 2.2f,
                InterpretationKind.OtherPolarity => 2.2f,
                InterpretationKind.ThickStrokes => 5.33f,
                InterpretationKind.WithoutUnderline => 5.09f,
                InterpretationKind.WithoutLines => 7.58f,
                InterpretationKind.WithoutEnclosure => 5.23f,
                InterpretationKind.OnMark => 5.03f,
                InterpretationKind.MainComponent => 8.94f,
                InterpretationKind.NextMark => 4.56f,
                _ => 0,
            };
    }
}
