using MnistService.ModelRegistry;
using MnistService.OpenApi;
using MnistService.Startup;

namespace MnistService.Downloads;

internal static class DownloadsServiceCollectionExtensions
{
    internal static IServiceCollection AddDownloads(this IServiceCollection services)
    {
        services.AddOptions<DownloadOptions>().BindConfiguration(DownloadOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<DownloadMetrics>();
        services.AddSingleton<DownloadLimiter>();
        services.AddSingleton<ConvertedModels>();
        services.AddSingleton<IStartWork>(provider => provider.GetRequiredService<ConvertedModels>());
        return services;
    }

    /// <summary>The answer of a route that sends a file when the limit is reached.</summary>
    internal static RouteHandlerBuilder WithDownloadsBusy(this RouteHandlerBuilder route) => route.WithError(429, "downloads_busy", "Too many downloads at once",
        "64 files are being sent (MnistService:Downloads:MaxConcurrent). Try again after the seconds of Retry-After.");
}
