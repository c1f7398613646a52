using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace MnistService.Connections;

/// <summary>
/// Helpers for responses that can last for hours, such as event streams. Kestrel cannot read a further request on an HTTP/1 connection before the response
/// ends, but would buffer its data. Therefore the connection serves no further request, and any data from the client ends the response.
/// </summary>
internal static class LongAnswer
{
    /// <summary>True if the request can have a body. Endpoints with long responses reject such a request, because they do not read a body.</summary>
    internal static bool HasBody(HttpContext http) => http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;

    /// <summary>Prepares a response that must not be cached, compressed or buffered, and after which an HTTP/1 connection closes.</summary>
    internal static void Begin(HttpContext http, string contentType)
    {
        var headers = http.Response.Headers;
        http.Response.ContentType = contentType;
        headers.CacheControl = "no-cache,no-store";
        headers.Pragma = "no-cache";
        headers.ContentEncoding = "identity";
        EndConnection(http);
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    /// <summary>Closes an HTTP/1 connection after this response, so that pipelined requests are not answered.</summary>
    internal static void EndConnection(HttpContext http)
    {
        if (IsHttp1(http)) http.Response.Headers.Connection = "close"; // HTTP/2 and later have no such header and multiplex requests
    }

    /// <summary>
    /// Cancels <paramref name="ending"/> when the client sends more data after its request. The request must have no body. The returned task completes when
    /// <paramref name="ending"/> is canceled or the client disconnects. For HTTP/2 and later, this method does nothing.
    /// </summary>
    internal static async Task EndWithInputAsync(HttpContext http, CancellationTokenSource ending)
    {
        if (!IsHttp1(http) || http.Features.Get<IConnectionTransportFeature>()?.Transport.Input is not { } input) return;
        try
        {
            // This read does not conflict with Kestrel, because Kestrel does not read from the connection before the response ends.
            var read = await input.ReadAsync(ending.Token);
            input.AdvanceTo(read.Buffer.Start);
            if (!read.Buffer.IsEmpty) await ending.CancelAsync();
        }
        catch (Exception)
        {
            // The wait was canceled, or the client has disconnected; RequestAborted reports a disconnected client.
        }
    }

    private static bool IsHttp1(HttpContext http) => HttpProtocol.IsHttp11(http.Request.Protocol) || HttpProtocol.IsHttp10(http.Request.Protocol);
}
