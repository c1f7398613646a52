using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace MnistService.Connections;

/// <summary>
/// For answers that last as long as the client stays. The web server would buffer what the client sends meanwhile, for a request that is not read before the answer
/// ends; so the connection serves no other request, and more data on it end the answer.
/// </summary>
internal static class LongAnswer
{
    /// <summary>A request for a long response must not have a body, because the body would not be read.</summary>
    internal static bool HasBody(HttpContext http) => http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;

    /// <summary>Sets the headers of a stream that no cache keeps and no middleware buffers.</summary>
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

    /// <summary>Has the connection end with this answer, so that requests that were pipelined behind it are not answered.</summary>
    internal static void EndConnection(HttpContext http)
    {
        if (IsHttp1(http)) http.Response.Headers.Connection = "close"; // later versions have no such header, and answer requests side by side
    }

    /// <summary>Cancels <paramref name="ending"/> when data arrive behind the request, which must have no body. Ends when <paramref name="ending"/> is cancelled.</summary>
    internal static async Task EndWithInputAsync(HttpContext http, CancellationTokenSource ending)
    {
        if (!IsHttp1(http) || http.Features.Get<IConnectionTransportFeature>()?.Transport.Input is not { } input) return;
        try
        {
            // Kestrel does not read from the connection before the answer ends.
            var read = await input.ReadAsync(ending.Token);
            input.AdvanceTo(read.Buffer.Start);
            if (!read.Buffer.IsEmpty) await ending.CancelAsync();
        }
        catch (Exception)
        {
            // Cancelled; or the client has gone, which RequestAborted says.
        }
    }

    private static bool IsHttp1(HttpContext http) => HttpProtocol.IsHttp11(http.Request.Protocol) || HttpProtocol.IsHttp10(http.Request.Protocol);
}
