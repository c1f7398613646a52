using System.Numerics.Tensors;
using MnistService.Inference;
using MnistService.Model.Architectures;
using MnistService.Model.Imaging;
using MnistService.Model.Reading;

namespace MnistService.Predict;

/// <summary>An image of a request with the results of the network.</summary>
/// <param name="Upload">The image.</param>
/// <param name="Result">The results, in the order of <see cref="UploadedImage.ToPixels"/>; null if the image could not be read.</param>
internal sealed record ClassifiedImage(UploadedImage Upload, InferenceResult? Result)
{
    private const int Classes = InferenceResult.Classes;

    private PageMarks Marks => Upload.Marks!;

    /// <summary>Number of results before those of the candidates.</summary>
    private int Before => Upload.IsOneMark || Marks.Digit is null ? 0 : 1;

    /// <summary>All digits of the image. The image could be read.</summary>
    internal PageReading Reading => field ??= DigitReader.Read(
        Marks, Result!.Probabilities.AsSpan(Before * Classes), Result.DigitProbabilities.AsSpan(Before), Marks.Digit is null ? float.NaN : Result.DigitProbabilities![0]);

    /// <summary>Whether the digit score of all marks is known. A part of the marks may have been classified by a model without a digit score.</summary>
    internal bool HasScore => Array.TrueForAll(Result!.DigitProbabilities!, score => !float.IsNaN(score));

    /// <summary>The reason why the image has no prediction: it could not be read, or it certainly shows several digits; null if it has one.</summary>
    internal PictureProblem? Problem
    {
        get
        {
            if (Upload.Problem is { } problem) return PictureProblem.Of(problem);
            if (!Upload.IsOneMark && HasScore && Reading.IsSeveral) // without a digit score, the service cannot know
                return PictureProblem.Of(PredictProblems.OfSeveral(Reading)) with { Text = Reading.Text, Digits = DigitAnswer.Of(this) };
            return Marks.Digit is null && Single is null ? PictureProblem.Of(PredictProblems.Of(Marks.Rejection!)) : null;
        }
    }

    /// <summary>Index of the candidate that is the digit; null for <see cref="PageMarks.Digit"/>.</summary>
    private int? Single => Upload.IsOneMark || !HasScore ? null : Reading.SingleDigit;

    /// <summary>Returns the prediction for the image as one digit. The image has no <see cref="Problem"/>.</summary>
    /// <param name="withImage">Whether the prediction includes the network input.</param>
    internal Prediction ToPrediction(bool withImage)
    {
        var (at, image) = Single is { } single ? (Before + single, Marks.Candidates[single].Image) : (0, Marks.Digit!);
        var probabilities = Result!.Probabilities.Length == Classes ? Result.Probabilities : Result.Probabilities[(at * Classes)..((at + 1) * Classes)];
        var digit = TensorPrimitives.IndexOfMax<float>(probabilities);
        float? score = float.IsNaN(Result.DigitProbabilities![at]) ? null : Result.DigitProbabilities[at];
        var ignored = Upload.IsOneMark ? Marks.Ignored : Reading.Ignored;
        return new(digit, probabilities[digit], score, score is null ? null : score >= DigitScore.Threshold, probabilities, ignored, Result.Model, withImage ? image.Pixels.ToArray() : null);
    }
}
