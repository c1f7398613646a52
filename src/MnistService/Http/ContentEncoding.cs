namespace MnistService.Http;

/// <summary>Compression of a request body.</summary>
internal static class ContentEncoding
{
    /// <returns>True for gzip, false for no compression.</returns>
    /// <exception cref="ProblemException">415: any other encoding.</exception>
    internal static bool IsGzip(HttpRequest request) => request.Headers.ContentEncoding.ToString().ToLowerInvariant() switch
    {
        "" or "identity" => false,
        "gzip" or "x-gzip" => true,
        _ => throw RequestProblems.EncodingNotSupported.Exception(),
    };
}
