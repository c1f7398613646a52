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

    /// <summary>Counts each request below a path as a download (<see cref="DownloadLimiter"/>), for middleware that sends large responses.</summary>
    internal static void UseDownloadLimit(this WebApplication app, PathString path)
    {
        var downloads = app.Services.GetRequiredService<DownloadLimiter>();
        app.Use(next => http =>
            http.Request.Path.StartsWithSegments(path) && downloads.TryBegin(http) is { } busy ? busy.ExecuteAsync(http) : next(http));
    }
}
