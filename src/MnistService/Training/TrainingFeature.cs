namespace MnistService.Training;

internal static class TrainingFeature
{
    internal static IServiceCollection AddTraining(this IServiceCollection services)
    {
        services.AddOptions<TrainingOptions>().BindConfiguration(TrainingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddHttpClient();
        services.AddSingleton<TrainingJobs>();
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
