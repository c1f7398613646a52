using Microsoft.Extensions.Options;

namespace MnistService.Security;

/// <summary>Keys, limits, and what a browser may do. Why, and what is not defended: <c>src/decisions/0012-threat-model.md</c>.</summary>
internal static class SecurityFeature
{
    internal static IServiceCollection AddSecurity(this IServiceCollection services)
    {
        services.AddOptions<SecurityOptions>().BindConfiguration(SecurityOptions.Section).ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<SecurityOptions>, PlainAllowedOrigins>();
        services.AddSingleton<IValidateOptions<SecurityOptions>, SecurityOptionsValidator>();
        services.AddSingleton<KeyRing>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyRing>());
        services.AddHostedService<OpenAddressWarning>();
        services.AddSingleton<AnonymousClients>();
        services.AddSingleton<StandingAccess>();
        services.AddSingleton<RequestLimits>();
        services.AddCors();
        services.ConfigureOptions<CrossOriginPolicy>();
        return services;
    }

    /// <summary>Before everything that answers, and behind what words its errors.</summary>
    internal static void UseSecurity(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value.AllowedOrigins.Length > 0) app.UseCors();
        app.UseMiddleware<OriginGate>();
        app.UseMiddleware<KeyGate>();
    }
}
