using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>
/// Chooses among the interpretations of a doubtful image. The weights were fitted by maximum likelihood (conditional logistic regression) on drawn scenes with one
/// digit and with none; scenes without a digit count twice.
/// </summary>
public static class InterpretationChoice
{
    /// <summary>Bounds of the probabilities: a very certain network alone must not decide.</summary>
    private const float LeastError = 1e-4f, MostCertainty = 6;

    /// <summary>Chooses the interpretation whose digit, or whose digits, are most probable.</summary>
    /// <param name="interpretations">The interpretations with the outputs of the network.</param>
    /// <param name="all">Whether all digits are asked for, and not only one.</param>
    /// <returns>
    /// The index, and the probability that its digit is the digit of the image; for several digits, that they together are digits. <c>null</c> if there are no
    /// interpretations.
    /// </returns>
    public static (int Index, float Probability)? Choose(IReadOnlyList<(InterpretationKind Kind, ClassifiedMarks Marks)> interpretations, bool all)
    {
        ArgumentNullException.ThrowIfNull(interpretations);
        var (best, most) = (-1, float.NegativeInfinity);
        foreach (var (index, (kind, marks)) in interpretations.Index())
        {
            var score = all
                ? marks.Reading.Digits.Sum(digit => Score(kind, marks.Marks.Components, digit.Digit, digit.Confidence, digit.DigitProbability))
                : marks.Whole is { } whole ? Score(kind, marks.Marks.Components, whole.Digit, whole.Confidence, whole.DigitProbability) : most;
            if (score > most) (best, most) = (index, score);
        }
        return best < 0 ? null : (best, 1 / (1 + MathF.Exp(-most)));
    }

    /// <summary>Returns the logarithm of the odds that a digit of an interpretation is a digit of the image.</summary>
    private static float Score(InterpretationKind kind, int components, int digit, float confidence, float digitProbability)
    {
        var probability = Math.Clamp(digitProbability, LeastError, 1 - LeastError);
        return -1.46f
            + 0.67f * MathF.Log(probability / (1 - probability))
            + 0.13f * MathF.Min(MostCertainty, -MathF.Log(1 - confidence + LeastError))
            - 0.33f * MathF.Log(Math.Max(1, components))
            - (digit == 1 ? 1.77f : 0)
            - kind switch
            {
                InterpretationKind.StrongestColor => 0.69f,
                InterpretationKind.OtherPolarity => 1.68f,
                InterpretationKind.ThickStrokes => 3.14f,
                _ => 0,
            };
    }
}
