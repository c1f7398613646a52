using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace MnistService.Security;

/// <summary>
/// Refuses what a page of another origin has a browser send: it may not read the answer, but it could have a model trained or deleted. A browser says the page's
/// origin with everything but the safe methods; what is no browser does not say one.
/// </summary>
internal sealed class OriginGate(RequestDelegate next, IOptions<SecurityOptions> options)
{
    private readonly FrozenSet<string> _allowed = options.Value.AllowedOrigins.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        return request.Headers.Origin is [{ } origin, ..] && !IsSafe(request.Method) && !IsOwn(origin, request.Headers.Host.ToString()) && !_allowed.Contains(origin)
            ? Refusals.OtherOrigin().ExecuteAsync(http)
            : next(http);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    /// <summary>Host and port are compared. The scheme is not: a proxy that does TLS hides it.</summary>
    private static bool IsOwn(ReadOnlySpan<char> origin, ReadOnlySpan<char> host)
    {
        var scheme = origin.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && origin[(scheme + 3)..].Equals(host, StringComparison.OrdinalIgnoreCase);
    }
}
