using Microsoft.Extensions.Options;
using MnistService.Storage;
using MnistService.Uploads;

namespace MnistService.Submissions;

internal static class SubmissionFeature
{
    internal static IServiceCollection AddSubmissions(this IServiceCollection services)
    {
        services.AddOptions<SubmissionOptions>().BindConfiguration(SubmissionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new UploadSlots(provider.GetRequiredService<IOptions<SubmissionOptions>>().Value.MaxUploads, "uploads_busy", "submissions are being read"));
        services.AddSingleton<SubmissionPipeline>();
        services.AddSingleton<RunningSubmissions>();
        services.AddSingleton<SubmissionStore>();
        services.AddStore<SubmissionStorage>();
        services.AddHostedService<SubmissionWarmUp>();
        return services;
    }
}
