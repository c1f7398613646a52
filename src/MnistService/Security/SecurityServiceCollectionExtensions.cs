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
        services.AddSingleton<StandingAccess>();
        services.AddSingleton<RequestLimits>();
        services.AddCors();
        services.Configure<SwaggerGenOptions>(KeyRequirementFilter.AddTo);
        services.ConfigureOptions<CrossOriginPolicy>();
        return services;
    }

    /// <summary>Adds the security middleware. It must run before all middleware that answers requests and after the one that formats errors.</summary>
    internal static void UseSecurity(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value.AllowedOrigins.Length > 0) app.UseCors();
        app.UseMiddleware<OriginMiddleware>();
        app.UseMiddleware<ApiKeyMiddleware>();
    }
}
