using System.Globalization;

namespace MnistService.Predict;

/// <summary>Builds the response of <c>POST /predict</c> for one or several images, as JSON or as text with one digit per line.</summary>
internal static class PredictionAnswer
{
    /// <summary>Plain-text response for an image that shows no digit.</summary>
    private const string NoDigit = "?";

    /// <param name="request">The Accept header selects plain text or JSON.</param>
    /// <param name="images">One entry per image, in the order of the request.</param>
    /// <param name="withImage">Whether each prediction in the JSON includes the network input (28×28 pixels) and the position of the digit.</param>
    internal static IResult Create(HttpRequest request, List<ClassifiedImage> images, bool withImage)
    {
        var isText = ResponseFormat.WantsText(request);
        if (images is [var only])
        {
            if (only.FindProblem(withImage) is { } problem) return problem.Result();
            var prediction = only.ToPrediction(withImage);
            if (isText) return TypedResults.Text(TextOf(prediction.Digit, prediction.IsDigit), "text/plain");
            return withImage ? TypedResults.Json(prediction, PredictJson.Relaxed.Prediction) : new PredictionResult(prediction);
        }
        var answers = images.ConvertAll(image => NamedOf(image, withImage));
        if (isText) return TypedResults.Text(string.Join('\n', answers.Select(answer => TextOf(answer.Digit, answer.IsDigit))), "text/plain");
        return TypedResults.Json(new PredictionList(ResponseFormat.ModelOf(images), answers), PredictJson.Relaxed.PredictionList);
    }

    private static NamedPrediction NamedOf(ClassifiedImage image, bool withImage)
    {
        if (image.FindProblem(withImage) is { } problem) return new(image.Upload.Name, Error: problem);
        var found = image.ToPrediction(withImage);
        return new(image.Upload.Name, found.Digit, found.Confidence, found.DigitProbability, found.IsDigit, found.Probabilities, found.Ignored, found.Image, found.Box);
    }

    private static string TextOf(int? digit, bool? isDigit) =>
        digit is null ? ResponseFormat.NoImage : isDigit == false ? NoDigit : digit.Value.ToString(CultureInfo.InvariantCulture);
}
