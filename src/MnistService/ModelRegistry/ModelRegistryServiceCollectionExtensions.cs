using Microsoft.Extensions.Options;
using MnistService.Model.Registry;
using MnistService.Startup;
using MnistService.Storage;

namespace MnistService.ModelRegistry;

internal static class ModelRegistryServiceCollectionExtensions
{
    internal static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ModelStore(provider.GetRequiredService<IOptions<ModelsOptions>>().Value.Directory));
        services.AddSingleton<ModelPublisher>();
        services.AddSingleton<PromotionCheck>();
        services.AddSingleton<ModelPromotion>();
        services.AddSingleton<ModelImport>();
        services.AddSingleton<IStartupTask, ModelStartup>();
        services.AddSingleton<ConvertedModels>();
        services.AddSingleton<IStartupTask>(provider => provider.GetRequiredService<ConvertedModels>());
        services.AddStore<ModelStorage>();
        return services;
    }
}
