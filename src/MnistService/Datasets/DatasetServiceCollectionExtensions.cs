using MnistService.Datasets.LabelChecks;
using MnistService.Storage;

namespace MnistService.Datasets;

internal static class DatasetServiceCollectionExtensions
{
    internal static IServiceCollection AddDatasets(this IServiceCollection services)
    {
        services.AddOptions<DatasetOptions>().BindConfiguration(DatasetOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<DatasetUpload>();
        services.AddSingleton<LabelChecker>();
        services.AddSingleton<DatasetStore>();
        services.AddStore<DatasetStorage>();
        services.AddSingleton<TrainingData>();
        services.AddSingleton<ReferenceSets>();
        services.AddOptions<PromotionOptions>().BindConfiguration(PromotionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddHttpClient();
        services.AddSingleton<MnistVerification>();
        services.AddHostedService(provider => provider.GetRequiredService<MnistVerification>());
        services.AddSingleton<TestImages>();
        return services;
    }
}
