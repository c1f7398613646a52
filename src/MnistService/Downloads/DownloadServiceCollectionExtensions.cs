using MnistService.Startup;

namespace MnistService.Downloads;

internal static class DownloadServiceCollectionExtensions
{
    internal static IServiceCollection AddDownloads(this IServiceCollection services)
    {
        services.AddSettings<DownloadOptions, DownloadOptionsValidator>(DownloadOptions.Section);
        services.AddSingleton<DownloadMetrics>();
        services.AddSingleton<DownloadLimiter>();
        return services;
    }
}
