using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace MnistService.Security;

/// <summary>
/// Who is served while there are no keys: this machine, and others where the operator says so. A proxy's word for an address (<c>X-Forwarded-For</c>) is not
/// believed: whoever sends the request writes it.
/// </summary>
internal sealed class AnonymousClients(IOptions<SecurityOptions> options, IConfiguration configuration)
{
    private const string HostsSetting = "AllowedHosts";

    private readonly bool _everywhere = options.Value.AllowAnonymous;
    private readonly bool _hostsAreChecked = configuration[HostsSetting] is { Length: > 0 }; // by ASP.NET Core's own filter, which knows this setting

    /// <returns>Null when it is served.</returns>
    internal ProblemHttpResult? Refusal(HttpContext http)
    {
        // Without an address it is a Unix socket.
        if (!_everywhere && http.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address)) return Refusals.Anonymous(http.Response);
        if (!_hostsAreChecked && !IsHarmless(http.Request.Headers.Host.ToString())) return Refusals.OtherHost(HostsSetting);
        return null;
    }

    /// <summary>
    /// Whether a request for this host cannot come from a page that was made to believe that its own name is an address of ours (DNS rebinding). Such a name can
    /// be registered, so it has a dot, and it is no address. Programs of old send none.
    /// </summary>
    internal static bool IsHarmless(ReadOnlySpan<char> host)
    {
        if (host is ['[', ..]) return true; // an IPv6 address: Kestrel lets nothing else begin so
        var colon = host.IndexOf(':');
        var name = colon < 0 ? host : host[..colon];
        return !name.Contains('.') || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.IsValid(name);
    }
}
