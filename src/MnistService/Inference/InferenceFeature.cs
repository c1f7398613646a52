using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MnistService.Inference;

/// <summary>The queue, its workers and the model they serve.</summary>
internal static class InferenceFeature
{
    public static IServiceCollection AddInference(this IServiceCollection services)
    {
        services.AddOptions<InferenceOptions>().BindConfiguration(InferenceOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InferenceOptions>, InferenceOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<InferenceMetrics>();
        services.AddSingleton<InferenceQueue>();
        services.AddSingleton<ServingModel>();
        services.AddSingleton<ImmediateInference>();
        services.AddHostedService<InferenceLifetime>();
        services.AddSingleton<InferenceSupervisor>();
        services.AddHostedService(provider => provider.GetRequiredService<InferenceSupervisor>()); // behind the lifetime: it stops first
        return services;
    }
}
