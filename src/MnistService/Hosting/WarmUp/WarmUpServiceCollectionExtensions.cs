using MnistService.Startup;

namespace MnistService.Hosting.WarmUp;

/// <summary>Registers the HTTP warm-up and the pipeline that it shares with the web server.</summary>
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

    /// <summary>Ends the pipeline. Call this after adding all middleware and routes.</summary>
    internal static void UseBuiltPipeline(this WebApplication app)
    {
        app.UseEndpoints(_ => { });
        app.Services.GetRequiredService<BuiltPipeline>().SetApplication(app);
    }
}
