using MnistService.Inference;
using MnistService.Model.Architectures;
using MnistService.Model.Reading;

namespace MnistService.Predict;

/// <summary>An image of a request, with the outputs of the network.</summary>
/// <param name="Upload">The decoded image.</param>
/// <param name="Result">The outputs of the network, in the order of <see cref="UploadedImage.ToPixels"/>; null if the image could not be read.</param>
internal sealed record ClassifiedImage(UploadedImage Upload, InferenceResult? Result)
{
    private const int Classes = InferenceResult.Classes;

    /// <summary>
    /// Result of the second reading: the probability, from 0 to 1, that the interpretation of the ink that <see cref="InterpretationChoice"/> selected shows
    /// the digits of the image. Null if this object is the result of a first reading.
    /// </summary>
    internal float? Probability { get; init; }

    /// <summary>
    /// If this object is the result of a second reading: the result of the first reading of the same image; otherwise null. The number of ignored marks is
    /// taken from the first reading, because an interpretation of the ink can lack some of the marks.
    /// </summary>
    internal ClassifiedImage? First { get; init; }

    private int Ignored => First is { Result: not null } first ? first.Ignored : Upload.Marks!.Candidates.Count > 1 ? Marks.Reading.Ignored : Upload.Marks.Ignored;

    /// <summary>The ink marks of the image, with the outputs of the network. Must not be used if <see cref="Result"/> is null.</summary>
    internal ClassifiedMarks Marks => field ??= new(Upload.Marks!, Result!.Probabilities, Result.DigitProbabilities);

    /// <summary>
    /// Returns whether the image is to be read a second time, with several interpretations of its ink, because the result is uncertain or the image could not
    /// be read.
    /// </summary>
    /// <param name="all">Whether the request asks for all digits of the image (<c>POST /read</c>). False for a single digit (<c>POST /predict</c>).</param>
    internal bool IsDoubtful(bool all) => Result is null ? Upload.MayBeReadAgain : Marks.IsDoubtful(all);

    /// <summary>
    /// Returns the reason why the image has no prediction: the image could not be read as one digit, or it shows several digits. Returns null if the image has
    /// a prediction.
    /// </summary>
    /// <param name="withImage">Whether each digit in a <see cref="PredictProblems.SeveralDigits"/> problem includes its network input.</param>
    internal PictureProblem? FindProblem(bool withImage)
    {
        if (Upload.Problem is { } problem) return PictureProblem.Of(problem);
        if (Probability is null && Marks.IsSeveral)
            return PictureProblem.Of(PredictProblems.OfSeveral(Marks.Reading)) with { Text = Marks.Reading.Text, Digits = DigitAnswer.Of(this, withImage) };
        return Upload.Marks is { Digit: null, Rejection: { } rejection } ? PictureProblem.Of(PredictProblems.Of(rejection)) : null;
    }

    /// <summary>Returns the prediction for the image as one digit. Must be called only if <see cref="FindProblem"/> returns null.</summary>
    /// <param name="withImage">Whether the prediction includes the network input and the position of the digit.</param>
    internal Prediction ToPrediction(bool withImage)
    {
        var (digit, confidence, probability) = Marks.Whole!.Value;
        if (Probability is { } chosen) probability = chosen;
        var probabilities = Result!.Probabilities.Length == Classes ? Result.Probabilities : Result.Probabilities[..Classes];
        float? score = float.IsNaN(probability) ? null : probability;
        var prediction = new Prediction(digit, confidence, score, score is null ? null : score >= DigitScore.Threshold, probabilities, Ignored, Result.Model);
        return withImage ? prediction with { Image = Upload.Marks!.Digit!.Pixels.ToArray(), Box = Upload.Marks.DigitBox } : prediction;
    }
}
