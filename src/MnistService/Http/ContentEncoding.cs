namespace MnistService.Http;

/// <summary>Reads the <c>Content-Encoding</c> of a request.</summary>
internal static class ContentEncoding
{
    /// <returns>True if the body is gzip; false if it is not compressed.</returns>
    /// <exception cref="ProblemException">415: the body has another encoding.</exception>
    internal static bool IsGzip(HttpRequest request) => request.Headers.ContentEncoding.ToString().ToLowerInvariant() switch
    {
        "" or "identity" => false,
        "gzip" or "x-gzip" => true,
        var other => throw RequestProblems.EncodingNotSupported.Exception(RequestText.Shown(other)),
    };
}
