namespace MnistService.Predict;

/// <summary>Builds the response of <c>POST /read</c> for one or several images, as JSON or as text.</summary>
internal static class ReadingAnswer
{
    /// <param name="request">The Accept header selects plain text or JSON.</param>
    /// <param name="uploads">The images of the request.</param>
    /// <param name="images">One entry per image, in the same order; null if the image could not be read.</param>
    internal static IResult Create(HttpRequest request, List<UploadedImage> uploads, List<ReadImage?> images)
    {
        if (PredictionAnswer.WantsText(request)) return TypedResults.Text(string.Join('\n', images.Select(image => TextOf(image, images.Count > 1))), "text/plain");
        if (images is [{ Reading: var reading, Result.Model: var model }])
            return TypedResults.Json(new Reading(reading.Text, DigitAnswer.Of(reading), reading.Ignored, model), PredictJson.Relaxed.Reading);
        var answers = uploads.Zip(images, NamedOf).ToList();
        return TypedResults.Json(new ReadingList(images.FirstOrDefault(image => image is not null)?.Result.Model, answers), PredictJson.Relaxed.ReadingList);
    }

    /// <summary>Returns the text of an image. In the response to several images, each has one line.</summary>
    private static string TextOf(ReadImage? image, bool onOneLine) => image is null ? PredictionAnswer.NoImage : onOneLine ? image.Reading.Text.Replace('\n', ' ') : image.Reading.Text;

    private static NamedReading NamedOf(UploadedImage upload, ReadImage? image) => image is null
        ? new(upload.Name, Error: PictureProblem.Of(upload.Problem!))
        : new(upload.Name, image.Reading.Text, DigitAnswer.Of(image.Reading), image.Reading.Ignored);
}
