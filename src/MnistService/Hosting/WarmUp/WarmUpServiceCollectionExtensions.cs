using MnistService.Startup;

namespace MnistService.Hosting.WarmUp;

/// <summary>Registers the HTTP warm-up, and the request pipeline that the HTTP warm-up and the web server share.</summary>
internal static class WarmUpServiceCollectionExtensions
{
    internal static void AddHttpWarmUp(this IServiceCollection services)
    {
        services.AddSingleton<BuiltPipeline>();
        services.AddSingleton<IStartupFilter, BuiltPipeline.Filter>();
        services.AddSingleton<HttpWarmUp>();
        services.AddSingleton<IStartupTask>(provider => provider.GetRequiredService<HttpWarmUp>());
        services.AddHostedService(provider => provider.GetRequiredService<HttpWarmUp>());
        WarmedUpServer.Decorate(services);
    }

    /// <summary>
    /// Adds the endpoint middleware as the last middleware, and passes the application to <see cref="BuiltPipeline"/>. Call this after adding all other
    /// middleware and all routes.
    /// </summary>
    internal static void UseBuiltPipeline(this WebApplication app)
    {
        app.UseEndpoints(_ => { });
        app.Services.GetRequiredService<BuiltPipeline>().SetApplication(app);
    }
}
