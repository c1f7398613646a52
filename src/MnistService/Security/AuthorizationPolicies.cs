using Microsoft.AspNetCore.Authorization;

namespace MnistService.Security;

/// <summary>
/// Authorization policies: one per scope, with the name of the scope, and one for any valid key. An endpoint without a policy rejects every key, so a forgotten
/// declaration grants no access.
/// </summary>
internal static class AuthorizationPolicies
{
    /// <summary>Policy that accepts every valid key.</summary>
    internal const string AnyKey = "anyKey";

    /// <summary>Claim type of the scopes of a key; one claim per scope.</summary>
    internal const string ScopeClaim = "scope";

    internal static void AddTo(AuthorizationOptions options)
    {
        options.AddPolicy(AnyKey, policy => policy.AddAuthenticationSchemes(ApiKeyAuthenticationHandler.SchemeName).RequireAuthenticatedUser());
        foreach (var scope in ScopeNames.All)
            options.AddPolicy(scope, policy => policy.AddAuthenticationSchemes(ApiKeyAuthenticationHandler.SchemeName).RequireClaim(ScopeClaim, scope));
        options.FallbackPolicy = new AuthorizationPolicyBuilder(ApiKeyAuthenticationHandler.SchemeName).RequireAssertion(_ => false).Build();
    }

    /// <summary>Requires a key with this scope, and documents the error responses to requests without such a key.</summary>
    internal static T RequireScope<T>(this T route, Scope scope) where T : IEndpointConventionBuilder
    {
        var name = ScopeNames.Of(scope) is [var only] ? only : throw new ArgumentException($"The scope is '{scope}'; expected exactly one scope.", nameof(scope));
        return route.RequireAuthorization(name).WithSecurityProblems(name);
    }

    /// <returns>Name of the authorization policy of the endpoint; null if the endpoint has no policy.</returns>
    internal static string? Of(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
}
