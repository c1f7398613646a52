using System.Numerics.Tensors;
using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>The marks of an image with the outputs of the network.</summary>
/// <param name="Marks">The marks.</param>
/// <param name="Probabilities">[N×10]: the network's probabilities for <see cref="PageMarks.ToInputs"/>.</param>
/// <param name="DigitProbabilities">[N]: probabilities that the inputs are digits; NaN if the model has no digit score.</param>
public sealed record ClassifiedMarks(PageMarks Marks, ReadOnlyMemory<float> Probabilities, ReadOnlyMemory<float> DigitProbabilities)
{
    /// <summary>Least digit probability and confidence of a digit that is not doubtful.</summary>
    private const float LeastProbability = 0.9f, LeastConfidence = 0.8f;

    /// <summary>Number of outputs before those of the candidates.</summary>
    private int Before => DigitProbabilities.Length - Marks.Candidates.Count;

    /// <summary>All digits of the image.</summary>
    public PageReading Reading => field ??= DigitReader.Read(Marks, Probabilities.Span[(Before * DigitReader.Classes)..], DigitProbabilities.Span[Before..]);

    /// <summary>Whether the digit score of all marks is known. A part of the marks may have been classified by a model without a digit score.</summary>
    public bool HasScore
    {
        get
        {
            foreach (var probability in DigitProbabilities.Span)
                if (float.IsNaN(probability)) return false;
            return true;
        }
    }

    /// <summary>Whether the image certainly shows several digits. Without a digit score, that cannot be known.</summary>
    public bool IsSeveral => !Marks.IsOneMark && HasScore && Reading.IsSeveral;

    /// <summary>The image as one digit; <c>null</c> if it cannot be read as one.</summary>
    public WholeAnswer? Whole
    {
        get
        {
            if (Marks.Digit is null) return null;
            var digit = TensorPrimitives.IndexOfMax(Probabilities.Span[..DigitReader.Classes]);
            return new(digit, Probabilities.Span[digit], DigitProbabilities.Span[0]);
        }
    }

    /// <summary>
    /// Returns whether the image is worth a second reading: it was segmented, and no digit is certain. A 1 is doubtful beside other ink, because lines, the edges of
    /// shadows and the sides of boxes look like a 1.
    /// </summary>
    /// <param name="all">Whether all digits are asked for, and not only one.</param>
    public bool IsDoubtful(bool all)
    {
        if (Marks.Components == 0 || !HasScore) return false;
        if (!all) return !IsSeveral && (Whole is not { } whole || IsDoubtful(whole.Digit, whole.Confidence, whole.DigitProbability));
        return Reading.Digits is [] || Reading.Digits is [var only] && IsDoubtful(only.Digit, only.Confidence, only.DigitProbability);
    }

    private bool IsDoubtful(int digit, float confidence, float digitProbability) =>
        digitProbability < LeastProbability || confidence < LeastConfidence || digit == 1 && Marks.Components > 1;
}

/// <summary>An image as one digit.</summary>
/// <param name="Digit">The most probable digit, 0–9.</param>
/// <param name="Confidence">Its probability, if the image shows a digit.</param>
/// <param name="DigitProbability">Probability that the image shows a digit; NaN if the model has no digit score.</param>
public readonly record struct WholeAnswer(int Digit, float Confidence, float DigitProbability);
