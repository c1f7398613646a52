namespace MnistService.Predict;

/// <summary>What the responses of <c>POST /predict</c> and <c>POST /read</c> have in common.</summary>
internal static class ResponseFormat
{
    /// <summary>Text for an image that has an error.</summary>
    internal const string NoImage = "-";

    /// <summary>Whether the Accept header prefers plain text to JSON.</summary>
    internal static bool WantsText(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/plain", StringComparison.OrdinalIgnoreCase)
        && request.GetTypedHeaders().Accept.OrderByDescending(accept => accept.Quality ?? 1).FirstOrDefault()?.MediaType.Value == "text/plain";

    /// <summary>Id of the model of the first image that could be read; null if none could.</summary>
    internal static string? ModelOf(List<ClassifiedImage> images) => images.Find(image => image.Result is not null)?.Result!.Model;
}
