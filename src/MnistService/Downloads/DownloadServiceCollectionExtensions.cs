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
}
