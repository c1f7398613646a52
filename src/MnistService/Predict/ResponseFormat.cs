namespace MnistService.Predict;

/// <summary>
/// Shared parts of the responses of <c>POST /predict</c> and <c>POST /read</c>: the choice between JSON and plain text, the model id, and the plain text for an
/// image that has an error.
/// </summary>
internal static class ResponseFormat
{
    /// <summary>Plain-text response for an image that has an error.</summary>
    internal const string NoImage = "-";

    /// <summary>Returns whether <c>text/plain</c> is the media type with the highest quality in the Accept header.</summary>
    internal static bool WantsText(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/plain", StringComparison.OrdinalIgnoreCase)
        && request.GetTypedHeaders().Accept.OrderByDescending(accept => accept.Quality ?? 1).FirstOrDefault()?.MediaType.Value == "text/plain";

    /// <summary>Returns the id of the model that classified the first image that could be read; null if no image could be read.</summary>
    internal static string? ModelOf(List<ClassifiedImage> images) => images.Find(image => image.Result is not null)?.Result!.Model;
}
