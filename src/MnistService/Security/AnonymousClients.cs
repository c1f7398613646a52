using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MnistService.Http;

namespace MnistService.Security;

/// <summary>
/// Access control while no API keys exist: serves local clients, and remote clients if <c>AllowAnonymous</c> is set. <c>X-Forwarded-For</c> is ignored,
/// because any client can forge it.
/// </summary>
internal sealed class AnonymousClients(IOptions<SecurityOptions> options, IConfiguration configuration)
{
    private const string HostsSetting = "AllowedHosts";

    private readonly bool _everywhere = options.Value.AllowAnonymous;
    private readonly bool _hostsAreChecked = configuration[HostsSetting] is { Length: > 0 }; // if AllowedHosts is set, ASP.NET Core checks the Host header

    /// <summary>Checks the client's address and the Host header.</summary>
    /// <returns>The error response; null if the client may be served.</returns>
    internal ProblemHttpResult? Refusal(HttpContext http)
    {
        // A connection without an address is a Unix socket, so the client is local.
        if (!_everywhere && http.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address)) return SecurityProblems.Anonymous(http.Response);
        var host = http.Request.Headers.Host.ToString();
        if (!_hostsAreChecked && !IsHarmless(host)) return RequestProblems.OtherHost.Result(RequestText.Shown(host), HostsSetting);
        return null;
    }

    /// <summary>
    /// Checks the Host header against DNS rebinding. In this attack, the host name of a malicious page resolves to the address of this service. The
    /// attacker must register that host name, so it contains a dot.
    /// </summary>
    /// <param name="host">The Host header, with or without a port. Some old clients send an empty header.</param>
    /// <returns>True if the host is empty, is an IP address, contains no dot, or ends with <c>.localhost</c>.</returns>
    internal static bool IsHarmless(ReadOnlySpan<char> host)
    {
        if (host is ['[', ..]) return true; // an IPv6 address: Kestrel rejects any other host that starts with a bracket
        var colon = host.IndexOf(':');
        var name = colon < 0 ? host : host[..colon];
        return !name.Contains('.') || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.IsValid(name);
    }
}
