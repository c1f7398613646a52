using MnistService.Inference;
using MnistService.Model.Architectures;
using MnistService.Model.Reading;

namespace MnistService.Predict;

/// <summary>An image of a request with the results of the network.</summary>
/// <param name="Upload">The image.</param>
/// <param name="Result">The results, in the order of <see cref="UploadedImage.ToPixels"/>; null if the image could not be read.</param>
internal sealed record ClassifiedImage(UploadedImage Upload, InferenceResult? Result)
{
    private const int Classes = InferenceResult.Classes;

    /// <summary>The probability that the chosen digit of a doubtful image is the digit of the image; null if the image was read once.</summary>
    internal float? Probability { get; init; }

    /// <summary>The first reading of a doubtful image; null if the image was read once. It counts the ignored marks, because an interpretation may not see all of them.</summary>
    internal ClassifiedImage? First { get; init; }

    private int Ignored => First is { Result: not null } first ? first.Ignored : Upload.Marks!.Candidates.Count > 1 ? Marks.Reading.Ignored : Upload.Marks.Ignored;

    /// <summary>The marks with their results. The image could be read.</summary>
    internal ClassifiedMarks Marks => field ??= new(Upload.Marks!, Result!.Probabilities, Result.DigitProbabilities);

    /// <summary>Returns whether a second reading may give a better result.</summary>
    /// <param name="all">Whether all digits are asked for, and not only one.</param>
    internal bool IsDoubtful(bool all) => Result is null ? Upload.MayBeReadAgain : Marks.IsDoubtful(all);

    /// <summary>Returns the reason why the image has no prediction: it could not be read, or it certainly shows several digits; null if it has one.</summary>
    /// <param name="withImage">Whether several digits include their network inputs.</param>
    internal PictureProblem? FindProblem(bool withImage)
    {
        if (Upload.Problem is { } problem) return PictureProblem.Of(problem);
        if (Probability is null && Marks.IsSeveral)
            return PictureProblem.Of(PredictProblems.OfSeveral(Marks.Reading)) with { Text = Marks.Reading.Text, Digits = DigitAnswer.Of(this, withImage) };
        return Upload.Marks is { Digit: null, Rejection: { } rejection } ? PictureProblem.Of(PredictProblems.Of(rejection)) : null;
    }

    /// <summary>Returns the prediction for the image as one digit. The image has no problem (<see cref="FindProblem"/>).</summary>
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
