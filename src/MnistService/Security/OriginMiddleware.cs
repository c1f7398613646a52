using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using MnistService.Http;

namespace MnistService.Security;

/// <summary>
/// Middleware that rejects cross-origin requests with unsafe methods (CSRF protection). A page of another origin cannot read the response, but its request
/// could train or delete a model. Browsers send the <c>Origin</c> header with all unsafe methods. Clients other than browsers usually do
/// not send this header, and requests without it are accepted.
/// </summary>
internal sealed class OriginMiddleware(RequestDelegate next, IOptions<SecurityOptions> options)
{
    private readonly FrozenSet<string> _allowed = options.Value.AllowedOrigins.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        return request.Headers.Origin is [{ } origin, ..] && !IsSafe(request.Method) && !IsOwn(origin, request.Headers.Host.ToString()) && !_allowed.Contains(origin)
            ? RequestProblems.OtherOrigin.Result(RequestText.Shown(origin)).ExecuteAsync(http)
            : next(http);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    /// <summary>Returns whether the origin has the host and port of the Host header. The scheme is not compared, because a proxy may terminate TLS.</summary>
    private static bool IsOwn(ReadOnlySpan<char> origin, ReadOnlySpan<char> host)
    {
        var scheme = origin.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && origin[(scheme + 3)..].Equals(host, StringComparison.OrdinalIgnoreCase);
    }
}
