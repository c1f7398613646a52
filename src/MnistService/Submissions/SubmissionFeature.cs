namespace MnistService.Submissions;

internal static class SubmissionFeature
{
    internal static IServiceCollection AddSubmissions(this IServiceCollection services)
    {
        services.AddOptions<SubmissionOptions>().BindConfiguration(SubmissionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SubmissionPipeline>();
        services.AddSingleton<SubmissionStore>();
        services.AddHostedService<SubmissionWarmUp>();
        return services;
    }
}
