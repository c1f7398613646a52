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
        return SecurityProblems.Missing.Result();
    }

    internal static ProblemHttpResult Unknown(HttpResponse response)
    {
        response.Headers.WWWAuthenticate = UnknownChallenge;
        return SecurityProblems.Unknown.Result();
    }

    internal static ProblemHttpResult Anonymous(HttpResponse response)
    {
        response.Headers.WWWAuthenticate = Challenge;
        return SecurityProblems.Anonymous.Result();
    }

    internal static ProblemHttpResult Ambiguous() => SecurityProblems.Ambiguous.Result();

    /// <param name="response">Receives the <c>WWW-Authenticate</c> header with the required scope (RFC 6750).</param>
    /// <param name="key">The valid key that was sent.</param>
    /// <param name="needs">The required scope; null if the route declares none, so that no key is accepted.</param>
    internal static ProblemHttpResult MissingScope(HttpResponse response, ApiKey key, Scope? needs)
    {
        var scope = needs is { } known ? ScopeNames.Of(known)[0] : null;
        response.Headers.WWWAuthenticate = scope is null ? Challenge : $"{Challenge}, error=\"insufficient_scope\", scope=\"{scope}\"";
        return scope is null ? SecurityProblems.NoScope.Result() : SecurityProblems.ScopeMissing.Result(scope, key.Name);
    }

    internal static ProblemHttpResult OtherHost(string setting) => RequestProblems.OtherHost.Result(setting);

    internal static ProblemHttpResult OtherOrigin() => RequestProblems.OtherOrigin.Result();

    internal static ProblemHttpResult TooMany(HttpResponse response, TimeSpan wait, ProblemType type, params object?[] values)
    {
        response.Headers.RetryAfter = RetryAfter.Seconds(wait);
        return type.Result(values);
    }
}
