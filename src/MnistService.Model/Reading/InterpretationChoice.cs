using MnistService.Model.Architectures;
using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>
/// Chooses among the interpretations of an image whose first reading rejected the ink, or gave a doubtful result
/// (<see cref="ClassifiedMarks.IsDoubtful(bool)"/>). The weights were fitted by maximum likelihood (conditional logistic regression) on generated images with
/// one digit or none. Images without a digit count twice.
/// </summary>
public static class InterpretationChoice
{
    /// <summary>
    /// Minimum difference of a digit probability from 0 and from 1, so that its logarithm is limited. The same number is added to 1 − confidence, for the same
    /// reason.
    /// </summary>
    private const float LeastError = 1e-4f;

    /// <summary>Upper limit for −log(1 − confidence), so that a confidence close to 1 alone does not decide.</summary>
    private const float MostCertainty = 6;

    /// <summary>Chooses the interpretation whose digit is most probable, or whose digits together are most probable.</summary>
    /// <param name="first">Result of the first reading; <c>null</c> if the first reading rejected the image.</param>
    /// <param name="interpretations">The interpretations with the outputs of the network.</param>
    /// <param name="all">Whether the client requested all digits of the image, and not the whole image read as a single digit.</param>
    /// <returns>
    /// Index of the chosen interpretation, and the probability that its digit is the digit of the image or, for all digits, that its marks are digits of the
    /// image. <c>null</c> if the result of the first reading is kept: (1) No interpretation has a digit. (2) The probability is below
    /// <see cref="DigitScore.Threshold"/>, and the first reading has no digit or <paramref name="all"/> is true. (3) <paramref name="all"/> is true, the first
    /// reading did not reject the image, and <see cref="InterpretationKind.Usual"/> is the most probable: the first reading has the same interpretation and
    /// also cuts touching digits.
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
        if (best < 0) return null;
        var probability = 1 / (1 + MathF.Exp(-most));
        if (probability < DigitScore.Threshold && (all || first?.Whole is null)) return null;
        return all && first is not null && interpretations[best].Kind == InterpretationKind.Usual ? null : (best, probability);
    }

    private static float ScoreOfAll(InterpretationKind kind, ClassifiedMarks marks) => marks.Reading.Digits is []
        ? float.NegativeInfinity
        : marks.Reading.Digits.Sum(digit => Score(kind, marks.Marks.Components, digit.Digit, digit.Confidence, digit.DigitProbability));

    private static float ScoreOfWhole(InterpretationKind kind, ClassifiedMarks marks) =>
        marks.Whole is { } whole ? Score(kind, marks.Marks.Components, whole.Digit, whole.Confidence, whole.DigitProbability) : float.NegativeInfinity;

    /// <summary>Returns the logarithm of the odds that a digit of an interpretation is a digit of the image.</summary>
    private static float Score(InterpretationKind kind, int components, int digit, float confidence, float digitProbability)
    {
        var probability = Math.Clamp(digitProbability, LeastError, 1 - LeastError);
        return -3.95f
            + 0.65f * MathF.Log(probability / (1 - probability))
            + 0.61f * MathF.Min(MostCertainty, -MathF.Log(1 - confidence + LeastError))
            - 0.33f * MathF.Log(Math.Max(1, components))
            - (digit == 1 ? 2.42f : 0)
            - kind switch
            {
                InterpretationKind.WholePage => 2.11f,
                InterpretationKind.StrongestColor => 2.3f,
                InterpretationKind.CommonInk => 0.73f,
                InterpretationKind.OtherPolarity => 2.15f,
                InterpretationKind.ThickStrokes => 5.08f,
                InterpretationKind.WithoutUnderline => 5.05f,
                InterpretationKind.WithoutLines => 7.28f,
                InterpretationKind.WithoutEnclosure => 4.93f,
                InterpretationKind.OnMark => 4.78f,
                InterpretationKind.MainComponent => 8.42f,
                InterpretationKind.NextMark => 4.48f,
                _ => 0,
            };
    }
}
