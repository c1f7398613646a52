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
        return Problems.Create(401, "key_missing", "An API key is required", $"Send a key in the header {RequestApiKey.Header}, or as Authorization: Bearer.");
    }

    internal static ProblemHttpResult Unknown(HttpResponse response)
    {
        response.Headers.WWWAuthenticate = UnknownChallenge;
        return Problems.Create(401, "key_unknown", "The key is not valid", "The key that was sent does not exist; it may have been removed.");
    }

    internal static ProblemHttpResult Anonymous(HttpResponse response)
    {
        response.Headers.WWWAuthenticate = Challenge;
        return Problems.Create(401, "key_missing", "An API key is required",
            "This service has no keys, and without keys it serves only its own machine. On that machine, create a key with 'dotnet MnistService.dll keys add NAME predict', " +
            $"or set {SecurityOptions.Section}:AllowAnonymous=true to serve all clients without keys.");
    }

    internal static ProblemHttpResult Ambiguous() => Problems.Create(
        400, "key_ambiguous", "More than one key was sent", $"Expected one key, in {RequestApiKey.Header} or as Authorization: Bearer.");

    /// <param name="response">Receives the <c>WWW-Authenticate</c> header with the required scope (RFC 6750).</param>
    /// <param name="key">The valid key that was sent.</param>
    /// <param name="needs">The required scope; null if the route declares none, so that no key is accepted.</param>
    internal static ProblemHttpResult MissingScope(HttpResponse response, ApiKey key, Scope? needs)
    {
        var scope = needs is { } known ? ScopeNames.Of(known)[0] : null;
        response.Headers.WWWAuthenticate = scope is null ? Challenge : $"{Challenge}, error=\"insufficient_scope\", scope=\"{scope}\"";
        return Problems.Create(403, "scope_missing", "The key does not have the required scope",
            scope is null ? "This address has no scope, so no key can access it." : $"This request needs the scope {scope}, which the key '{key.Name}' does not have.");
    }

    internal static ProblemHttpResult OtherHost(string setting) => Problems.Create(
        403, "host_refused", "The host is not allowed",
        $"Without keys, the Host header must be an IP address, localhost, or a name without a dot. If this service has another name, add it to {setting}.");

    internal static ProblemHttpResult OtherOrigin() => Problems.Create(
        403, "origin_refused", "The origin is not allowed",
        $"The request is from a page of another origin; expected the origin of this service, or one that {SecurityOptions.Section}:AllowedOrigins lists.");

    internal static ProblemHttpResult TooMany(HttpResponse response, TimeSpan wait, string detail)
    {
        response.Headers.RetryAfter = RetryAfter.Seconds(wait);
        return Problems.Create((int)HttpStatusCode.TooManyRequests, "rate_limited", "Too many requests", detail);
    }
}
