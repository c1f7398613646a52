using MnistService.OpenApi;

namespace MnistService.Security;

/// <summary>Extension methods that declare the access requirements of a route or a group of routes.</summary>
internal static class RouteAccess
{
    internal static T RequireScope<T>(this T route, Scope scope) where T : IEndpointConventionBuilder
    {
        var name = ScopeNames.Of(scope)[0];
        return route.WithMetadata(new EndpointAccess(scope))
            .WithError(400, "key_ambiguous", "More than one key was sent", "Expected one key, in X-API-Key or as Authorization: Bearer.")
            .WithError(401, "key_missing", "An API key is required", "Send a key in the header X-API-Key, or as Authorization: Bearer.")
            .WithError(401, "key_unknown", "The key is not valid", "The key that was sent does not exist; it may have been removed.")
            .WithError(403, "scope_missing", "The key does not have the required scope", $"This request needs the scope {name}, which the key 'kiosk' does not have.")
            .WithError(429, "rate_limited", "Too many requests", "The key 'kiosk' sends more than 100 requests per second (MnistService:Security:RequestsPerSecond:PerKey).");
    }

    /// <summary>Requires a valid API key with any scope.</summary>
    internal static T RequireKey<T>(this T route) where T : IEndpointConventionBuilder => route.WithMetadata(new EndpointAccess(Scope.None));

    /// <summary>Requires no API key; for public data such as health.</summary>
    internal static T AllowAnyone<T>(this T route) where T : IEndpointConventionBuilder => route.WithMetadata(new EndpointAccess(null));
}
