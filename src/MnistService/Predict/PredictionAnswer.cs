using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using MnistService.Http;

namespace MnistService.Predict;

/// <summary>Builds the response of <c>POST /predict</c> for one or several images, as JSON or as text with one digit per line.</summary>
internal static class PredictionAnswer
{
    /// <summary>Text for an image that has no answer, and for one that shows no digit.</summary>
    internal const string NoImage = "-", NoDigit = "?";

    /// <param name="request">The Accept header selects plain text or JSON.</param>
    /// <param name="uploads">The images of the request.</param>
    /// <param name="images">One entry per image, in the same order; null if the image could not be read.</param>
    /// <param name="withImage">Whether each prediction in the JSON includes the 28×28 image that the network received.</param>
    internal static IResult Create(HttpRequest request, List<UploadedImage> uploads, List<ReadImage?> images, bool withImage)
    {
        if (images is [{ } only])
        {
            if (only.IsSeveral) return SeveralDigits(only);
            if (only.ToPrediction(withImage) is not { } prediction) return RejectionOf(only.Upload).Result();
            if (WantsText(request)) return TypedResults.Text(TextOf(prediction), "text/plain");
            return withImage ? TypedResults.Json(prediction, PredictJson.Relaxed.Prediction) : new PredictionResult(prediction);
        }
        var answers = uploads.Zip(images, (upload, image) => NamedOf(upload, image, withImage)).ToList();
        if (WantsText(request)) return TypedResults.Text(string.Join('\n', answers.Select(TextOf)), "text/plain");
        return TypedResults.Json(new PredictionList(images.FirstOrDefault(image => image is not null)?.Result.Model, answers), PredictJson.Relaxed.PredictionList);
    }

    internal static bool WantsText(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/plain", StringComparison.OrdinalIgnoreCase)
        && request.GetTypedHeaders().Accept.OrderByDescending(accept => accept.Quality ?? 1).FirstOrDefault()?.MediaType.Value == "text/plain";

    private static ProblemHttpResult SeveralDigits(ReadImage image) => PredictProblems.SeveralDigits.Result(
        [new("text", image.Reading.Text), new("digits", DigitAnswer.Of(image.Reading))], image.Reading.Digits.Count, image.Reading.Text.ReplaceLineEndings(" "));

    private static NamedPrediction NamedOf(UploadedImage upload, ReadImage? image, bool withImage)
    {
        if (image is null) return new(upload.Name, Error: PictureProblem.Of(upload.Problem!));
        if (image.IsSeveral)
        {
            var type = PredictProblems.SeveralDigits;
            var problem = PictureProblem.Of(new(type, type.Detail(image.Reading.Digits.Count, image.Reading.Text.ReplaceLineEndings(" "))));
            return new(upload.Name, Error: problem with { Text = image.Reading.Text, Digits = DigitAnswer.Of(image.Reading) });
        }
        if (image.ToPrediction(withImage) is not { } found) return new(upload.Name, Error: PictureProblem.Of(RejectionOf(upload)));
        return new(upload.Name, found.Digit, found.Confidence, found.DigitProbability, found.IsDigit, found.Probabilities, found.Ignored, found.Image);
    }

    /// <summary>Returns why an image cannot be read as one digit, although it has marks.</summary>
    private static Problem RejectionOf(UploadedImage upload) => new(PredictProblems.Of(upload.Marks!.Rejection!), upload.Marks.Rejection!.Message);

    private static string TextOf(Prediction prediction) => prediction.IsDigit == false ? NoDigit : prediction.Digit.ToString(CultureInfo.InvariantCulture);

    private static string TextOf(NamedPrediction prediction) => prediction switch
    {
        { Digit: null } => NoImage,
        { IsDigit: false } => NoDigit,
        { Digit: { } digit } => digit.ToString(CultureInfo.InvariantCulture),
    };
}
