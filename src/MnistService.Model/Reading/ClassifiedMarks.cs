using System.Numerics.Tensors;
using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>The marks of an image, with the outputs of the network for the image and its candidates for digits.</summary>
/// <param name="Probabilities">[N×10], row-major: the network's probabilities of the digits 0–9 for the N inputs of <see cref="PageMarks.ToInputs"/>.</param>
/// <param name="DigitProbabilities">[N]: probability that the input shows a digit, 0–1, for each of the N inputs; NaN if the model has no digit score.</param>
public sealed record ClassifiedMarks(PageMarks Marks, ReadOnlyMemory<float> Probabilities, ReadOnlyMemory<float> DigitProbabilities)
{
    /// <summary>Digits with a digit probability below this value are doubtful (<see cref="IsDoubtful(bool)"/>).</summary>
    private const float LeastProbability = 0.9f;

    /// <summary>Digits with a confidence below this value are doubtful (<see cref="IsDoubtful(bool)"/>).</summary>
    private const float LeastConfidence = 0.8f;

    /// <summary>
    /// Number of network inputs before those of the candidates. 1 if the whole image, read as a single digit, is a separate input; otherwise 0.
    /// </summary>
    private int Before => DigitProbabilities.Length - Marks.Candidates.Count;

    /// <summary>The digits of the image, chosen by <see cref="DigitReader"/> when the property is first used.</summary>
    public PageReading Reading => field ??= DigitReader.Read(Marks, Probabilities.Span[(Before * DigitReader.Classes)..], DigitProbabilities.Span[Before..]);

    /// <summary>
    /// Whether all network inputs have a digit probability. If another model is promoted while the inputs are classified, some inputs may be classified by a
    /// model without a digit score.
    /// </summary>
    public bool HasScore
    {
        get
        {
            foreach (var probability in DigitProbabilities.Span)
                if (float.IsNaN(probability)) return false;
            return true;
        }
    }

    /// <summary>
    /// Whether <see cref="SeveralDigits"/> decides that the image shows several digits. Always false if the whole image is the only candidate, or if the model
    /// has no digit score.
    /// </summary>
    public bool IsSeveral => !Marks.IsOneMark && HasScore && Reading.IsSeveral;

    /// <summary>The network's result for the whole image, read as a single digit; <c>null</c> if the ink cannot be a single digit.</summary>
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
    /// Returns whether a second reading with other interpretations of the ink may give a better result: no digit was found, or only one doubtful digit. A digit
    /// is doubtful if its digit probability or confidence is low, or if it is a 1 beside other ink, because lines, the edges of shadows and the sides of boxes
    /// look like a 1. Always false if the image was not segmented, or if the model has no digit score.
    /// </summary>
    /// <param name="all">Whether the client requested all digits of the image, and not the whole image read as a single digit.</param>
    public bool IsDoubtful(bool all)
    {
        if (Marks.Components == 0 || !HasScore) return false;
        if (!all) return !IsSeveral && (Whole is not { } whole || IsDoubtful(whole.Digit, whole.Confidence, whole.DigitProbability));
        return Reading.Digits is [] || Reading.Digits is [var only] && IsDoubtful(only.Digit, only.Confidence, only.DigitProbability);
    }

    private bool IsDoubtful(int digit, float confidence, float digitProbability) =>
        digitProbability < LeastProbability || confidence < LeastConfidence || digit == 1 && Marks.Components > 1;
}

/// <summary>The network's result for the whole image, read as a single digit.</summary>
/// <param name="Digit">The most probable digit, 0–9.</param>
/// <param name="Confidence">Probability of <paramref name="Digit"/>, 0–1, given that the image shows a digit.</param>
/// <param name="DigitProbability">Probability that the image shows a digit, 0–1; NaN if the model has no digit score.</param>
public readonly record struct WholeAnswer(int Digit, float Confidence, float DigitProbability);
