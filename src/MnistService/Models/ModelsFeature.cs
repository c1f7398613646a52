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
        services.AddSingleton<ModelActivation>();
        services.AddSingleton<ModelImport>();
        services.AddSingleton<IStartWork, ModelStartup>();
        return services;
    }
}
