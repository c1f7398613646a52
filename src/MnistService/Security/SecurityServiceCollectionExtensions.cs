using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MnistService.Security;

/// <summary>
/// Registers API keys, rate limits and cross-origin protection. The threat model and its limits are in <c>src/decisions/0012-threat-model.md</c>.
/// </summary>
internal static class SecurityServiceCollectionExtensions
{
    internal static IServiceCollection AddSecurity(this IServiceCollection services)
    {
        services.AddOptions<SecurityOptions>().BindConfiguration(SecurityOptions.Section).ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<SecurityOptions>, PlainAllowedOrigins>();
        services.AddSingleton<IValidateOptions<SecurityOptions>, SecurityOptionsValidator>();
        services.AddSingleton<ApiKeyStore>();
        services.AddHostedService(provider => provider.GetRequiredService<ApiKeyStore>());
        services.AddHostedService<OpenAddressWarning>();
        services.AddSingleton<AnonymousClients>();
        services.AddSingleton<ApiKeyRevocation>();
        services.AddSingleton<RequestLimits>();
        // AddAuthentication would also add data protection, which writes a key ring to disk at startup. API keys do not need data protection.
        services.AddAuthenticationCore(authentication => authentication.AddScheme<ApiKeyAuthenticationHandler>(ApiKeyAuthenticationHandler.SchemeName, null));
        services.AddAuthorization(AuthorizationPolicies.AddTo);
        // While no keys exist, requests skip the authorization middleware. By default, routing throws an exception for such requests.
        services.Configure<RouteOptions>(routes => routes.SuppressCheckForUnhandledSecurityMetadata = true);
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<SecurityOptions>>((cors, security) => AddCorsPolicy(cors, security.Value.AllowedOrigins));
        services.Configure<SwaggerGenOptions>(SecurityRequirementFilter.AddTo);
        return services;
    }

    /// <summary>
    /// Adds the security middleware. Call this after adding the error-handling middleware, and before adding middleware that writes responses.
    /// </summary>
    internal static void UseSecurity(this IApplicationBuilder app)
    {
        // Without these properties, WebApplication adds authentication and authorization to the start of the pipeline, where they would run before routing and
        // also while no keys exist.
        app.Properties["__AuthenticationMiddlewareSet"] = app.Properties["__AuthorizationMiddlewareSet"] = true;
        var services = app.ApplicationServices;
        if (services.GetRequiredService<IOptions<SecurityOptions>>().Value.AllowedOrigins.Length > 0) app.UseCors();
        app.UseMiddleware<OriginMiddleware>();
        var (keys, anonymous, limits) = (services.GetRequiredService<ApiKeyStore>(), services.GetRequiredService<AnonymousClients>(), services.GetRequiredService<RequestLimits>());
        app.UseWhen(IsProtected, guarded => guarded.Use(next =>
        {
            // The authorization middleware builds all endpoints when it is created. So it is created lazily, at the first request while keys exist: a service
            // without keys then starts faster.
            var authorized = new Lazy<RequestDelegate>(() => Authorize(guarded.New(), limits, next));
            return http => limits.CheckAddress(http) is { } limited ? limited.ExecuteAsync(http)
                : keys.Keys is not null ? authorized.Value(http)
                : anonymous.Refusal(http) is { } refusal ? refusal.ExecuteAsync(http)
                : next(http);
        }));
    }

    private static RequestDelegate Authorize(IApplicationBuilder branch, RequestLimits limits, RequestDelegate next)
    {
        branch.UseAuthorization();
        branch.Run(http =>
        {
            http.Response.Headers.CacheControl = "no-store"; // otherwise a cache in front of the service could answer clients without a key
            return limits.CheckKey(http) is { } refusal ? refusal.ExecuteAsync(http) : next(http);
        });
        return branch.Build();
    }

    /// <summary>
    /// Returns whether the endpoint may require a key. Requests without an endpoint need no key, because they reach only static files, the API documentation or
    /// a 404 response. Endpoints that routing creates, such as the 405 response, are not a <see cref="RouteEndpoint"/> and need no key either.
    /// </summary>
    private static bool IsProtected(HttpContext http) => http.GetEndpoint() is RouteEndpoint route && route.Metadata.GetMetadata<IAllowAnonymous>() is null;

    /// <summary>Lets pages of the allowed origins use all methods and headers. Credentials are not allowed, because the service uses no cookies.</summary>
    private static void AddCorsPolicy(CorsOptions cors, string[] origins) => cors.AddDefaultPolicy(policy =>
        policy.WithOrigins(origins).AllowAnyMethod().AllowAnyHeader().WithExposedHeaders("Location", "Retry-After", "Content-Disposition"));
}
