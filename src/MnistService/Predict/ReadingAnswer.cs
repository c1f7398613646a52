namespace MnistService.Predict;

/// <summary>Builds the response of <c>POST /read</c> for one or several images, as JSON or as text.</summary>
internal static class ReadingAnswer
{
    /// <param name="request">The Accept header selects plain text or JSON.</param>
    /// <param name="images">One entry per image, in the order of the request.</param>
    /// <param name="withImage">Whether each digit in the JSON includes its network input (28×28 pixels).</param>
    internal static IResult Create(HttpRequest request, List<ClassifiedImage> images, bool withImage)
    {
        if (ResponseFormat.WantsText(request)) return TypedResults.Text(string.Join('\n', images.Select(image => TextOf(image, onOneLine: images.Count > 1))), "text/plain");
        if (images is [{ Result: { } result } only])
            return TypedResults.Json(new Reading(only.Marks.Reading.Text, DigitAnswer.Of(only, withImage), only.Marks.Reading.Ignored, result.Model), PredictJson.Relaxed.Reading);
        return TypedResults.Json(new ReadingList(ResponseFormat.ModelOf(images), images.ConvertAll(image => NamedOf(image, withImage))), PredictJson.Relaxed.ReadingList);
    }

    /// <summary>
    /// Returns the recognized digits of an image as plain text. Returns <see cref="ResponseFormat.NoImage"/> if the image has no result. With
    /// <paramref name="onOneLine"/>, spaces replace the line feeds, because a response with several images has one line per image.
    /// </summary>
    private static string TextOf(ClassifiedImage image, bool onOneLine)
    {
        if (image.Result is null) return ResponseFormat.NoImage;
        return onOneLine ? image.Marks.Reading.Text.Replace('\n', ' ') : image.Marks.Reading.Text;
    }

    private static NamedReading NamedOf(ClassifiedImage image, bool withImage) => image.Upload.Problem is { } problem
        ? new(image.Upload.Name, Error: PictureProblem.Of(problem))
        : new(image.Upload.Name, image.Marks.Reading.Text, DigitAnswer.Of(image, withImage), image.Marks.Reading.Ignored);
}
