using Microsoft.Extensions.Options;
using MnistService.Datasets;
using MnistService.ModelRegistry;
using MnistService.Submissions;
using MnistService.TrainingJobs;

namespace MnistService.Storage;

internal static class StorageServiceCollectionExtensions
{
    /// <summary>Quotas of all stores, their metrics, and the sweep.</summary>
    internal static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        AddStore<SubmissionStorage>();
        AddStore<DatasetStorage>();
        AddStore<CheckpointStorage>();
        AddStore<ModelStorage>();
        services.AddHostedService<StorageSweep>();
        return services;

        void AddStore<T>() where T : class, IStorage
        {
            services.AddSingleton<T>();
            services.AddSingleton<IStorage>(provider => provider.GetRequiredService<T>());
        }
    }
}
