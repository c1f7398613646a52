using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace MnistService.Security;

/// <summary>
/// Authenticates the API key of a request, and writes the problem response if the request has no valid key or the key does not have the required scope. The
/// handler runs only while keys exist.
/// </summary>
internal sealed partial class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILogger<ApiKeyAuthenticationHandler> log, ApiKeyStore store, RequestLimits limits)
    // With a real logger factory, the base class would create a logger per request, and log each rejected request without a rate limit.
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, NullLoggerFactory.Instance, UrlEncoder.Default)
{
    internal const string SchemeName = "ApiKey", Header = "X-API-Key";

    private const string Bearer = "Bearer ";

    private static readonly AuthenticateResult Ambiguous = AuthenticateResult.Fail("The request has more than one key.");
    private static readonly AuthenticateResult Unknown = AuthenticateResult.Fail("The key does not exist.");

    /// <summary>
    /// Reads the key from <c>X-API-Key</c> or <c>Authorization: Bearer</c>, never from the URL, because logs and proxies store URLs.
    /// </summary>
    /// <returns>
    /// <c>Text</c>: the key; null if the request has no key or several keys. <c>IsAmbiguous</c>: true if the request has several keys; the service does not
    /// choose one of them.
    /// </returns>
    internal static (string? Text, bool IsAmbiguous) ReadKey(IHeaderDictionary headers)
    {
        var key = headers[Header];
        var bearer = BearerOf(headers.Authorization);
        if (key.Count + bearer.Count > 1) return (null, true);
        var text = key.Count == 1 ? key[0] : bearer.Count == 1 ? bearer[0] : null;
        if (string.IsNullOrEmpty(text)) return default;
        return text.Contains(',') ? (null, true) : (text, false); // a comma separates two headers that a proxy has merged
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(ReadKey(Request.Headers) switch
    {
        (_, true) => Ambiguous,
        (null, _) => AuthenticateResult.NoResult(),
        var (text, _) => store.Keys is { } keys && ApiKeyStore.Find(keys, text) is { } key ? key.Authentication : Unknown,
    });

    /// <summary>
    /// Writes the 400 or 401 response to a missing, ambiguous or unknown key. Beyond the rate limit of the client address, writes 429 instead. Requests with a
    /// valid key do not count toward this limit, so that one client cannot lock out other clients that share its address.
    /// </summary>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync();
        var refusal = limits.CheckFailure(Context);
        if (refusal is null && result == Unknown) Log.KeyUnknown(log, Request.Method, Request.Path, $"{Context.Connection.RemoteIpAddress}");
        refusal ??= result == Ambiguous ? SecurityProblems.Ambiguous() : result == Unknown ? SecurityProblems.Unknown(Response) : SecurityProblems.Missing(Response);
        await refusal.ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var name = Context.User.Identity?.Name ?? "";
        var scope = AuthorizationPolicies.Of(Context.GetEndpoint());
        Log.ScopeMissing(log, Request.Method, Request.Path, name, scope);
        return SecurityProblems.MissingScope(Response, name, scope).ExecuteAsync(Context);
    }

    /// <summary>
    /// Returns the bearer tokens. Other authentication schemes are ignored, because a proxy in front of the service may use Basic authentication.
    /// </summary>
    private static StringValues BearerOf(StringValues authorization)
    {
        var found = StringValues.Empty;
        foreach (var value in authorization)
            if (value?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true) found = StringValues.Concat(found, value[Bearer.Length..].Trim());
        return found;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Method} {Path} rejected: {Address} sent an unknown API key")]
        public static partial void KeyUnknown(ILogger log, string method, string path, string address);

        [LoggerMessage(LogLevel.Warning, "{Method} {Path} rejected: the API key {Name} does not have the required scope {Scope}")]
        public static partial void ScopeMissing(ILogger log, string method, string path, string name, string? scope);
    }
}
