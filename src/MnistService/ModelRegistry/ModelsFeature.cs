using Microsoft.Extensions.Options;
using MnistService.Datasets;
using MnistService.Inference;
using MnistService.Model.Registry;
using MnistService.Startup;

namespace MnistService.ModelRegistry;

internal static class ModelsFeature
{
    internal static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ModelStore(provider.GetRequiredService<IOptions<ModelsOptions>>().Value.Directory));
        services.AddSingleton<ComputeDevice>();
        services.AddOptions<PromotionOptions>().BindConfiguration(PromotionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ModelActivation>();
        services.AddSingleton<ReferenceSets>();
        services.AddSingleton<PromotionCheck>();
        services.AddSingleton<ModelPromotion>();
        services.AddSingleton<ModelImport>();
        services.AddSingleton<IStartWork, ModelStartup>();
        return services;
    }
}
