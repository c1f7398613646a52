using System.Numerics.Tensors;
using MnistService.Inference;
using MnistService.Model.Architectures;
using MnistService.Model.Imaging;
using MnistService.Model.Reading;

namespace MnistService.Predict;

/// <summary>An image with the results of the network.</summary>
/// <param name="Upload">The image. It has marks.</param>
/// <param name="Result">The results, in the order of <see cref="UploadedImage.ToPixels"/>.</param>
internal sealed record ReadImage(UploadedImage Upload, InferenceResult Result)
{
    private const int Classes = InferenceResult.Classes;

    /// <summary>Digit probability of a candidate if the model has no digit score.</summary>
    private const float UnknownScore = 0.99f;

    private PageMarks Marks => Upload.Marks!;

    /// <summary>Number of results before those of the candidates.</summary>
    private int Before => Upload.IsOneMark || Marks.Digit is null ? 0 : 1;

    /// <summary>All digits of the image.</summary>
    internal PageReading Reading => field ??= DigitReader.Read(
        Marks, Result.Probabilities.AsSpan(Before * Classes), CandidateScores(), HasScore && Marks.Digit is not null ? Result.DigitProbabilities![0] : float.NaN);

    /// <summary>Whether the image certainly shows several digits. Without a digit score, the service cannot know.</summary>
    internal bool IsSeveral => !Upload.IsOneMark && HasScore && Reading.IsSeveral;

    private bool HasScore => Result.DigitProbabilities is [var first, ..] && !float.IsNaN(first);

    /// <summary>The prediction for the image as one digit; null if it cannot be read as one.</summary>
    /// <param name="withImage">Whether the prediction includes the network input.</param>
    internal Prediction? ToPrediction(bool withImage)
    {
        var (at, image) = (0, Marks.Digit);
        if (!Upload.IsOneMark && HasScore && Reading.SingleDigit is { } single) (at, image) = (Before + single, Marks.Candidates[single].Image);
        if (image is null) return null;
        var probabilities = Result.Probabilities.Length == Classes ? Result.Probabilities : Result.Probabilities[(at * Classes)..((at + 1) * Classes)];
        var digit = TensorPrimitives.IndexOfMax<float>(probabilities);
        float? score = HasScore ? Result.DigitProbabilities![at] : null;
        return new(digit, probabilities[digit], score, score is null ? null : score >= DigitScore.Threshold, probabilities, Marks.Ignored, Result.Model, withImage ? image.Pixels.ToArray() : null);
    }

    /// <summary>Returns the digit probabilities of the candidates; without a digit score, each counts as a digit.</summary>
    private ReadOnlySpan<float> CandidateScores()
    {
        if (HasScore) return Result.DigitProbabilities.AsSpan(Before);
        var unknown = new float[Marks.Candidates.Count];
        Array.Fill(unknown, UnknownScore);
        return unknown;
    }
}
