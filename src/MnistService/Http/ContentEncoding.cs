namespace MnistService.Http;

/// <summary>Reads the <c>Content-Encoding</c> of a request.</summary>
internal static class ContentEncoding
{
    /// <returns>True for gzip, false for no compression.</returns>
    /// <exception cref="ProblemException">415: any other encoding.</exception>
    internal static bool IsGzip(HttpRequest request) => request.Headers.ContentEncoding.ToString().ToLowerInvariant() switch
    {
        "" or "identity" => false,
        "gzip" or "x-gzip" => true,
        var other => throw RequestProblems.EncodingNotSupported.Exception(RequestText.Shown(other)),
    };
}
