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
        // AddAuthentication would also add data protection, which writes a key ring to disk at startup; API keys do not need it.
        services.AddAuthenticationCore(authentication => authentication.AddScheme<ApiKeyAuthenticationHandler>(ApiKeyAuthenticationHandler.SchemeName, null));
        services.AddAuthorization(AuthorizationPolicies.AddTo);
        // Without keys, requests skip the authorization middleware. Routing would report that as an error.
        services.Configure<RouteOptions>(routes => routes.SuppressCheckForUnhandledSecurityMetadata = true);
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<SecurityOptions>>((cors, security) => AddCorsPolicy(cors, security.Value.AllowedOrigins));
        services.Configure<SwaggerGenOptions>(SecurityRequirementFilter.AddTo);
        return services;
    }

    /// <summary>Adds the security middleware. It must run before all middleware that answers requests and after the one that formats errors.</summary>
    internal static void UseSecurity(this IApplicationBuilder app)
    {
        // WebApplication adds authentication and authorization to the start of the pipeline unless these properties are set: before routing, and for requests
        // without keys too.
        app.Properties["__AuthenticationMiddlewareSet"] = app.Properties["__AuthorizationMiddlewareSet"] = true;
        var services = app.ApplicationServices;
        if (services.GetRequiredService<IOptions<SecurityOptions>>().Value.AllowedOrigins.Length > 0) app.UseCors();
        app.UseMiddleware<OriginMiddleware>();
        var (keys, anonymous, limits) = (services.GetRequiredService<ApiKeyStore>(), services.GetRequiredService<AnonymousClients>(), services.GetRequiredService<RequestLimits>());
        app.UseWhen(IsProtected, guarded =>
        {
            guarded.Use(next => http =>
                (limits.CheckAddress(http) ?? (keys.Keys is null ? anonymous.Refusal(http) : null)) is { } refusal ? refusal.ExecuteAsync(http) : next(http));
            guarded.Use(next =>
            {
                // Built for the first request with keys: the authorization middleware builds all endpoints, which would delay the startup of a service without keys.
                var authorized = new Lazy<RequestDelegate>(() => Authorize(guarded.New(), limits, next));
                return http => keys.Keys is null ? next(http) : authorized.Value(http);
            });
        });
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
    /// Whether the endpoint is not open to anyone. Requests without a route need no key, because they only reach static pages or 404; endpoints of routing
    /// itself, such as the 405 response, are not RouteEndpoints.
    /// </summary>
    private static bool IsProtected(HttpContext http) => http.GetEndpoint() is RouteEndpoint route && route.Metadata.GetMetadata<IAllowAnonymous>() is null;

    /// <summary>Pages of the allowed origins may use all methods and headers with their own API key. Credentials are not allowed: no cookies exist.</summary>
    private static void AddCorsPolicy(CorsOptions cors, string[] origins) => cors.AddDefaultPolicy(policy =>
        policy.WithOrigins(origins).AllowAnyMethod().AllowAnyHeader().WithExposedHeaders("Location", "Retry-After", "Content-Disposition"));
}
