using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace MnistService.Security;

/// <summary>
/// Middleware that checks rate limits and the API key of a route. It runs after routing; requests without a route need no key, because they only reach
/// static pages or 404. If no keys and no limits exist, it checks the client address and the Host header, and allocates nothing.
/// </summary>
internal sealed partial class ApiKeyMiddleware(
    RequestDelegate next, ApiKeyStore ring, AnonymousClients anonymous, RequestLimits limits, IOptions<SecurityOptions> options, ILogger<ApiKeyMiddleware> log)
{
    public Task InvokeAsync(HttpContext http)
    {
        // Endpoints of routing itself, such as the 405 response, are not RouteEndpoints.
        if (http.GetEndpoint() is not RouteEndpoint route) return next(http);
        var access = route.Metadata.GetMetadata<EndpointAccess>();
        if (access is { Needs: null }) return next(http);
        return (RateRefusal(http) ?? (ring.Keys is { } keys ? KeyRefusal(http, keys, access?.Needs) : anonymous.Refusal(http))) is { } refusal
            ? refusal.ExecuteAsync(http)
            : next(http);
    }

    private ProblemHttpResult? RateRefusal(HttpContext http) => limits.TakeOfAddress(http.Connection.RemoteIpAddress) is { } wait
        ? Refusals.TooMany(http.Response, wait, SecurityProblems.RateOfAddress, options.Value.RequestsPerSecond.PerAddress)
        : null;

    private ProblemHttpResult? KeyRefusal(HttpContext http, ApiKey[] keys, Scope? needs)
    {
        var presented = RequestApiKey.Of(http.Request.Headers);
        if (presented.Text is not { } text || ApiKeyStore.Find(keys, text) is not { } key) return Failure(http, presented);
        if (needs is not { } scope || !key.Scopes.HasFlag(scope))
        {
            Log.ScopeMissing(log, http.Request.Method, http.Request.Path, key.Name);
            return Refusals.MissingScope(http.Response, key, needs);
        }
        http.Response.Headers.CacheControl = "no-store"; // otherwise a cache in front of the service could answer clients without a key
        return limits.TakeOfKey(key.Name) is { } wait
            ? Refusals.TooMany(http.Response, wait, SecurityProblems.RateOfKey, key.Name, options.Value.RequestsPerSecond.PerKey)
            : null;
    }

    /// <summary>
    /// Response to a missing, ambiguous or unknown key, with a rate limit per address. A valid key is never rejected because of failures from the same
    /// address: 256 random bits need no protection from guessing, and one client must not lock out the others behind a shared address.
    /// </summary>
    private ProblemHttpResult Failure(HttpContext http, RequestApiKey presented)
    {
        var address = http.Connection.RemoteIpAddress;
        if (limits.TakeOfFailures(address) is { } wait)
            return Refusals.TooMany(http.Response, wait, SecurityProblems.RateOfFailures, options.Value.FailuresPerSecond);
        if (presented.IsAmbiguous) return Refusals.Ambiguous();
        if (presented.Text is null) return Refusals.Missing(http.Response);
        Log.KeyUnknown(log, http.Request.Method, http.Request.Path, $"{address}");
        return Refusals.Unknown(http.Response);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Method} {Path} rejected: {Address} sent an unknown key")]
        public static partial void KeyUnknown(ILogger log, string method, string path, string address);

        [LoggerMessage(LogLevel.Warning, "{Method} {Path} rejected: the key {Name} does not have the required scope")]
        public static partial void ScopeMissing(ILogger log, string method, string path, string name);
    }
}
