using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace MnistService.Http;

/// <summary>Problem types of error responses that are not specific to one route.</summary>
internal static class RequestProblems
{
    /// <summary>Problem types of error responses that every route can send.</summary>
    internal static readonly ProblemType
        LengthAmbiguous = new(400, "request_invalid", "The request length is ambiguous",
            "The request has both Transfer-Encoding and Content-Length; expected one of them."),
        NotFound = new(404, "not_found", "Not Found", "There is no endpoint at this address; /swagger lists all endpoints."),
        MethodNotAllowed = new(405, "method_not_allowed", "Method Not Allowed",
            "The method '{0}' is not allowed at this address; expected one of {1}.", "DELETE", "GET, HEAD"),
        Timeout = new(408, "request_timeout", "The body arrived too slowly",
            "The body stopped arriving or was slower than the minimum rate (MnistService:Connections:MinBodyRate; for files MinUploadRate). Send the request again over a faster connection."),
        BodyTooLarge = new(413, "body_too_large", "Content Too Large", "The body has more than {0} bytes, which is the limit of this endpoint.", 1048576),
        HeadersTooLarge = new(431, "headers_too_large", "Request Header Fields Too Large",
            "The request has more than {0} bytes of headers (MnistService:Connections:MaxHeaderBytes) or more than {1} headers (MaxHeaders). Send fewer or shorter headers.",
            16384, 100),
        Internal = new(500, "internal_error", "Internal server error",
            "The service failed unexpectedly. Its log contains the reason, the method and the path of the request. " +
            "A log in JSON format also contains the request id {0}.",
            "0HNH8M4PQ5R2T:00000001"),
        OtherHost = new(403, "host_refused", "The host is not allowed",
            "The Host header is '{0}'; while the service has no API keys, expected an IP address, localhost, or a name without a dot. "
            + "To permit another name, add it to the setting {1}.",
            "digits.example.com", "AllowedHosts"),
        OtherOrigin = new(403, "origin_refused", "The origin is not allowed",
            "The request is from a page of the origin '{0}'; expected the origin of this service, or one that MnistService:Security:AllowedOrigins lists.",
            "https://example.com");

    internal static readonly ProblemType[] Everywhere = [LengthAmbiguous, NotFound, MethodNotAllowed, Timeout, BodyTooLarge, HeadersTooLarge, Internal, OtherHost, OtherOrigin];

    internal static readonly ProblemType
        Invalid = new(400, "request_invalid", "Bad Request", "{0}", "Failed to bind parameter \"int page\" from \"x\"."),
        HasBody = new(400, "request_invalid", "The request has a body", "A request for an event stream must not have a body."),
        JsonInvalid = new(400, "json_invalid", "The JSON body cannot be read", "At {0}, line {1}, byte {2}: {3}", "$", 1, 8,
            "unknown field 'epoch'; did you mean 'epochs'?"),
        NewNameInvalid = new(422, "name_invalid", "The name is invalid", "The name {0}; expected 1 to 100 characters and no control characters.", "has 101 characters"),
        ContentTypeNotSupported = new(415, "content_type_not_supported", "Unsupported Media Type",
            "The Content-Type '{0}' is not supported by this endpoint; /swagger lists the supported types.", "text/plain"),
        CharsetNotSupported = new(415, "content_type_not_supported", "The text encoding is not supported",
            "The charset of the Content-Type '{0}' is not known or not supported; expected utf-8.", "application/json; charset=utf-7"),
        EncodingNotSupported = new(415, "encoding_not_supported", "The content encoding is not supported",
            "The Content-Encoding '{0}' is not supported; expected gzip or identity.", "br"),
        QueryValueUnknown = new(422, "query_invalid", "A query parameter has an unknown value",
            "The value '{0}' of the query parameter '{1}' is not one of {2}.", "maybe", "invert", "auto, always, never"),
        PageOutOfRange = new(422, "query_invalid", "The page is out of range",
            "The query parameter 'page' is {0} and 'pageSize' is {1}; expected 'page' from 1 to 1000000 and 'pageSize' from 1 to 100.", 0, 20);

    /// <summary>Checks the query parameters of a paged list: <c>page</c> must be 1 to 1,000,000, and <c>pageSize</c> 1 to 100.</summary>
    /// <returns>The 422 response if a parameter is out of range; otherwise <c>null</c>.</returns>
    internal static ProblemHttpResult? CheckPage(int page, int pageSize) =>
        page is < 1 or > 1_000_000 || pageSize is < 1 or > 100 ? PageOutOfRange.Result(page, pageSize) : null;

    /// <summary>
    /// Returns the problem type of an HTTP status that ASP.NET Core or Kestrel sets. The types of 404, 405, 408, 413, 415 and 431 have their own detail. For
    /// all other statuses, the detail is the placeholder <c>{0}</c>, and the caller passes the complete text.
    /// </summary>
    internal static ProblemType OfStatus(int status) => status switch
    {
        400 => Invalid,
        404 => NotFound,
        405 => MethodNotAllowed,
        408 => Timeout,
        413 => BodyTooLarge,
        415 => ContentTypeNotSupported,
        431 => HeadersTooLarge,
        _ => new(status, $"http_{status}", ReasonPhrases.GetReasonPhrase(status), "{0}"),
    };
}
