using MnistService.Connections.Memory;
using MnistService.Datasets.LabelChecks;
using MnistService.Predict.Decoding;
using MnistService.Startup;
using MnistService.Storage;

namespace MnistService.Datasets;

internal static class DatasetServiceCollectionExtensions
{
    internal static IServiceCollection AddDatasets(this IServiceCollection services)
    {
        services.AddSettings<DatasetOptions, DatasetOptionsValidator>(DatasetOptions.Section);
        var bitmaps = BitmapMemory.OfProcess();
        services.AddKeyedSingleton(DatasetUpload.ZipBitmaps, bitmaps);
        services.AddSingleton(new MemoryBound("decoded images of zip files", "an eighth of the memory", bitmaps.Max));
        services.AddSingleton<DatasetUpload>();
        services.AddSingleton<LabelChecker>();
        services.AddSingleton<DatasetStore>();
        services.AddStore<DatasetStorage>();
        services.AddSingleton<TrainingData>();
        services.AddSingleton<ReferenceSets>();
        services.AddHostedService(provider => provider.GetRequiredService<ReferenceSets>());
        services.AddSettings<PromotionOptions, PromotionOptionsValidator>(PromotionOptions.Section);
        services.AddHttpClient();
        services.AddSingleton<MnistVerification>();
        services.AddHostedService(provider => provider.GetRequiredService<MnistVerification>());
        services.AddSingleton<TestImages>();
        services.AddSingleton<DatasetImages>();
        return services;
    }
}
