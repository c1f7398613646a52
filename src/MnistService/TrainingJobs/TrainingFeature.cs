using MnistService.Database;
using MnistService.Datasets;

namespace MnistService.TrainingJobs;

internal static class TrainingFeature
{
    internal static IServiceCollection AddTraining(this IServiceCollection services)
    {
        services.AddOptions<TrainingOptions>().BindConfiguration(TrainingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddHttpClient();
        services.AddSingleton<TrainingJobStore>();
        services.AddSingleton<JobReferences>();
        services.AddSingleton<RunningJob>();
        services.AddSingleton<JobWatchers>();
        services.AddSingleton<JobFeeds>();
        services.AddSingleton<JobEvents>();
        services.AddSingleton<JobCheckpoints>();
        services.AddSingleton<TrainingData>();
        services.AddSingleton<TrainingRunner>();
        services.AddHostedService<TrainingWorker>();
        return services;
    }
}
