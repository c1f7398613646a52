using Microsoft.Extensions.DependencyInjection.Extensions;
using MnistService.Startup;

namespace MnistService.Inference;

/// <summary>Registers the compute device, the inference queue, the serving model, the watchdog and their options.</summary>
internal static class InferenceServiceCollectionExtensions
{
    public static IServiceCollection AddInference(this IServiceCollection services)
    {
        services.AddSingleton<ComputeDevice>();
        services.AddSettings<InferenceOptions, InferenceOptionsValidator>(InferenceOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<InferenceMetrics>();
        services.AddSingleton<InferenceQueue>();
        services.AddSingleton<ServingModel>();
        services.AddSingleton<InlineInference>();
        services.AddHostedService<InferenceLifetime>();
        services.AddSingleton<WorkerWatchdog>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerWatchdog>()); // registered after InferenceLifetime, so the watchdog stops first
        return services;
    }
}
