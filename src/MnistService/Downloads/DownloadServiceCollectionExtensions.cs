using MnistService.OpenApi;

namespace MnistService.Downloads;

internal static class DownloadServiceCollectionExtensions
{
    internal static IServiceCollection AddDownloads(this IServiceCollection services)
    {
        services.AddOptions<DownloadOptions>().BindConfiguration(DownloadOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<DownloadMetrics>();
        services.AddSingleton<DownloadLimiter>();
        return services;
    }

    /// <summary>Documents the 429 response of a route that sends files, for the limit of concurrent downloads.</summary>
    internal static RouteHandlerBuilder WithDownloadsBusy(this RouteHandlerBuilder route) => route.WithError(429, "downloads_busy", "Too many downloads at once",
        "64 downloads are in progress (MnistService:Downloads:MaxConcurrent). Try again after the number of seconds in Retry-After.");
}
