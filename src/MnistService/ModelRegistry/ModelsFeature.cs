using Microsoft.Extensions.Options;
using MnistService.Model.Registry;
using MnistService.Startup;
using MnistService.Storage;

namespace MnistService.ModelRegistry;

internal static class ModelsFeature
{
    internal static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ModelStore(provider.GetRequiredService<IOptions<ModelsOptions>>().Value.Directory));
        services.AddSingleton<ModelActivation>();
        services.AddSingleton<PromotionCheck>();
        services.AddSingleton<ModelPromotion>();
        services.AddSingleton<ModelImport>();
        services.AddSingleton<IStartWork, ModelStartup>();
        services.AddSingleton<ConvertedModels>();
        services.AddSingleton<IStartWork>(provider => provider.GetRequiredService<ConvertedModels>());
        services.AddStore<ModelStorage>();
        return services;
    }
}
