using MnistService.Startup;

namespace MnistService.Storage;

internal static class StorageServiceCollectionExtensions
{
    /// <summary>
    /// Registers the storage settings and <see cref="StorageSweep"/>, the background service that deletes orphaned files, enforces the quotas and publishes the
    /// metrics of all stores.
    /// </summary>
    internal static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSettings<StorageOptions, StorageOptionsValidator>(StorageOptions.Section);
        services.AddHostedService<StorageSweep>();
        return services;
    }

    /// <summary>Registers a store, also as <see cref="IStorage"/>, so that <see cref="StorageSweep"/> and <see cref="StorageMetrics"/> include it.</summary>
    internal static void AddStore<T>(this IServiceCollection services) where T : class, IStorage
    {
        services.AddSingleton<T>();
        services.AddSingleton<IStorage>(provider => provider.GetRequiredService<T>());
    }
}
