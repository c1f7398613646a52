using MnistService.Startup;

namespace MnistService.Storage;

internal static class StorageServiceCollectionExtensions
{
    /// <summary>Registers the quotas of all stores, their metrics, and the sweep.</summary>
    internal static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSettings<StorageOptions, StorageOptionsValidator>(StorageOptions.Section);
        services.AddHostedService<StorageSweep>();
        return services;
    }

    /// <summary>Registers the store of one feature with the quota metrics and the sweep.</summary>
    internal static void AddStore<T>(this IServiceCollection services) where T : class, IStorage
    {
        services.AddSingleton<T>();
        services.AddSingleton<IStorage>(provider => provider.GetRequiredService<T>());
    }
}
