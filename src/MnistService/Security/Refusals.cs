using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using MnistService.Http;

namespace MnistService.Security;

/// <summary>Problem responses for rejected requests. They never contain the key that was sent.</summary>
internal static class Refusals
{
    private const string Challenge = "Bearer realm=\"MnistService\"";
    private const string UnknownChallenge = Challenge + ", error=\"invalid_token\"";

    internal static ProblemHttpResult Missing(HttpResponse response)
    {
        response.Headers.WWWAuthenticate = Challenge;
        return Problems.Create(401, "key_missing", "A key is needed", $"Send one in the header {RequestApiKey.Header}, or as Authorization: Bearer.");
    }

    internal static ProblemHttpResult Unknown(HttpResponse response)
    {
        response.Headers.WWWAuthenticate = UnknownChallenge;
        return Problems.Create(401, "key_unknown", "The key is not known", "No key in force is the one that was sent; it may have been removed.");
    }

    internal static ProblemHttpResult Anonymous(HttpResponse response)
    {
        response.Headers.WWWAuthenticate = Challenge;
        return Problems.Create(401, "key_missing", "A key is needed",
            "This service has no keys yet, and without keys it serves its own machine only. On that machine, make one with 'dotnet MnistService.dll keys add NAME predict', " +
            $"or have it serve everybody who reaches it with {SecurityOptions.Section}:AllowAnonymous=true.");
    }

    internal static ProblemHttpResult Ambiguous() => Problems.Create(
        400, "key_ambiguous", "The key was given twice", $"Expected one key, in {RequestApiKey.Header} or as Authorization: Bearer.");

    /// <param name="response">Receives the <c>WWW-Authenticate</c> header with the required scope (RFC 6750).</param>
    /// <param name="key">The valid key that was sent.</param>
    /// <param name="needs">The required scope; null if the route declares none, so that no key is accepted.</param>
    internal static ProblemHttpResult MissingScope(HttpResponse response, ApiKey key, Scope? needs)
    {
        var scope = needs is { } known ? ScopeNames.Of(known)[0] : null;
        response.Headers.WWWAuthenticate = scope is null ? Challenge : $"{Challenge}, error=\"insufficient_scope\", scope=\"{scope}\"";
        return Problems.Create(403, "scope_missing", "The key may not do this",
            scope is null ? "No scope is declared for this address, so no key may use it." : $"This needs the scope {scope}, which the key '{key.Name}' does not have.");
    }

    internal static ProblemHttpResult OtherHost(string setting) => Problems.Create(
        403, "host_refused", "The host is not this service's",
        $"Without keys, the Host of a request must be an address, localhost, or a name without a dot. If this service has another name, list it in {setting}.");

    internal static ProblemHttpResult OtherOrigin() => Problems.Create(
        403, "origin_refused", "The page may not do this",
        $"A page of another origin sent this; expected one of this service's own, or one that {SecurityOptions.Section}:AllowedOrigins lists.");

    internal static ProblemHttpResult TooMany(HttpResponse response, TimeSpan wait, string detail)
    {
        response.Headers.RetryAfter = RetryAfter.Seconds(wait);
        return Problems.Create((int)HttpStatusCode.TooManyRequests, "rate_limited", "Too many requests", detail);
    }
}
