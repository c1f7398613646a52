using Microsoft.Extensions.Options;
using MnistService.Hosting;
using MnistService.Model.Storage;

namespace MnistService.Models;

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
