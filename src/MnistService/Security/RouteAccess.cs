using MnistService.Http;

namespace MnistService.Security;

/// <summary>Extension methods that declare the access requirements of a route or a group of routes.</summary>
internal static class RouteAccess
{
    internal static T RequireScope<T>(this T route, Scope scope) where T : IEndpointConventionBuilder
    {
        var name = ScopeNames.Of(scope)[0];
        return route.WithMetadata(new EndpointAccess(scope))
            .WithProblems(SecurityProblems.Ambiguous, SecurityProblems.Missing, SecurityProblems.Anonymous, SecurityProblems.Unknown, SecurityProblems.NoScope)
            .WithProblems(SecurityProblems.ScopeMissing.ExampleOf(name, "kiosk"))
            .WithProblems(SecurityProblems.RateOfAddress, SecurityProblems.RateOfKey, SecurityProblems.RateOfFailures);
    }

    /// <summary>Requires a valid API key with any scope.</summary>
    internal static T RequireKey<T>(this T route) where T : IEndpointConventionBuilder => route.WithMetadata(new EndpointAccess(Scope.None));

    /// <summary>Requires no API key; for public data such as health.</summary>
    internal static T AllowAnyone<T>(this T route) where T : IEndpointConventionBuilder => route.WithMetadata(new EndpointAccess(null));
}
