using Microsoft.Extensions.Options;
using MnistService.ModelRegistry;
using MnistService.Startup;
using MnistService.Storage;

namespace MnistService.TrainingJobs;

internal static class TrainingJobServiceCollectionExtensions
{
    internal static IServiceCollection AddTraining(this IServiceCollection services)
    {
        services.AddSettings<TrainingOptions, TrainingOptionsValidator>(TrainingOptions.Section);
        services.AddSingleton(provider => new BackgroundPriority(provider.GetRequiredService<IOptions<TrainingOptions>>().Value.YieldToServing));
        services.AddSingleton<TrainingJobStore>();
        services.AddSingleton<IPromotionDecisions>(provider => provider.GetRequiredService<TrainingJobStore>());
        services.AddStore<CheckpointStorage>();
        services.AddSingleton<RunningJob>();
        services.AddSingleton<JobWatchers>();
        services.AddSingleton<JobFeeds>();
        services.AddSingleton<JobEvents>();
        services.AddSingleton<JobCheckpoints>();
        services.AddSingleton<TrainingRunner>();
        services.AddHostedService<TrainingWorker>();
        services.ConfigureSwaggerGen(swagger => swagger.SchemaFilter<TrainRequestSchema>());
        return services;
    }
}
