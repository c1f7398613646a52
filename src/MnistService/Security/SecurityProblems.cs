using Microsoft.AspNetCore.Http.HttpResults;
using MnistService.Http;

namespace MnistService.Security;

/// <summary>
/// Problem types of access control, and responses with their <c>WWW-Authenticate</c> or <c>Retry-After</c> header. No response contains the key that was sent.
/// </summary>
internal static class SecurityProblems
{
    private const string Send = ApiKeyAuthenticationHandler.Header + ", or as Authorization: Bearer.";
    private const string TryAgain = "Try again after the number of seconds in Retry-After.";
    private const string Challenge = "Bearer realm=\"MnistService\"";
    private const string UnknownChallenge = Challenge + ", error=\"invalid_token\"";

    private static readonly ProblemType
        KeyAmbiguous = new(400, "key_ambiguous", "More than one key was sent", $"The request has more than one key; expected one, in the header {Send}"),
        KeyMissing = new(401, "key_missing", "An API key is required", $"The request has no API key; send one in the header {Send}"),
        NoKeys = new(401, "key_missing", "An API key is required",
            "This service has no keys, so it serves only clients on its own machine. On that machine, create a key with " +
            $"'dotnet MnistService.dll keys add NAME predict', or set {SecurityOptions.Section}:AllowAnonymous=true to serve all clients without keys."),
        KeyUnknown = new(401, "key_unknown", "The key is not valid", "The key in the request does not exist; it may have been removed. Ask the operator of the service for a valid key."),
        ScopeMissing = new(403, "scope_missing", "The key does not have the required scope",
            "This request needs the scope {0}, which the key '{1}' does not have. Send a key with this scope.", "admin", "kiosk"),
        NoScope = new(403, "scope_missing", "The key does not have the required scope", "This endpoint declares no scope, so it rejects every key. Report this defect of the service to its operator.");

    internal static readonly ProblemType
        RateOfAddress = new(429, "rate_limited", "Too many requests",
            $"The client's address sends more than {{0}} requests per second ({SecurityOptions.Section}:RequestsPerSecond:PerAddress). {TryAgain}", 1000),
        RateOfKey = new(429, "rate_limited", "Too many requests",
            $"The key '{{0}}' sends more than {{1}} requests per second ({SecurityOptions.Section}:RequestsPerSecond:PerKey). {TryAgain}", "kiosk", 100),
        RateOfFailures = new(429, "rate_limited", "Too many requests",
            $"The client's address sends more than {{0}} requests per second without a valid key ({SecurityOptions.Section}:FailuresPerSecond). {TryAgain}", 10);

    /// <summary>Adds the error responses of access control to the OpenAPI documentation of an endpoint that requires a scope.</summary>
    internal static T WithSecurityProblems<T>(this T endpoint, string scope) where T : IEndpointConventionBuilder => endpoint
        .WithProblems(KeyAmbiguous, KeyMissing, NoKeys, KeyUnknown)
        .WithProblems(ScopeMissing.ExampleOf(scope, "kiosk"))
        .WithProblems(RateOfAddress, RateOfKey, RateOfFailures);

    internal static ProblemHttpResult Missing(HttpResponse response)
    {
        response.Headers.WWWAuthenticate = Challenge;
        return KeyMissing.Result();
    }

    internal static ProblemHttpResult Unknown(HttpResponse response)
    {
        response.Headers.WWWAuthenticate = UnknownChallenge;
        return KeyUnknown.Result();
    }

    internal static ProblemHttpResult Anonymous(HttpResponse response)
    {
        response.Headers.WWWAuthenticate = Challenge;
        return NoKeys.Result();
    }

    internal static ProblemHttpResult Ambiguous() => KeyAmbiguous.Result();

    /// <param name="response">Receives the <c>WWW-Authenticate</c> header with the required scope (RFC 6750).</param>
    /// <param name="key">Name of the valid key that was sent.</param>
    /// <param name="scope">Name of the required scope; null if the endpoint declares no scope, so that no key is accepted.</param>
    internal static ProblemHttpResult MissingScope(HttpResponse response, string key, string? scope)
    {
        response.Headers.WWWAuthenticate = scope is null ? Challenge : $"{Challenge}, error=\"insufficient_scope\", scope=\"{scope}\"";
        return scope is null ? NoScope.Result() : ScopeMissing.Result(scope, key);
    }

    internal static ProblemHttpResult TooMany(HttpResponse response, TimeSpan wait, ProblemType type, params object?[] values)
    {
        response.Headers.RetryAfter = RetryAfter.Seconds(wait);
        return type.Result(values);
    }
}
