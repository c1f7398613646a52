using Microsoft.Extensions.Options;
using MnistService.Startup;
using MnistService.Storage;
using MnistService.Uploads;

namespace MnistService.Submissions;

internal static class SubmissionServiceCollectionExtensions
{
    internal static IServiceCollection AddSubmissions(this IServiceCollection services)
    {
        services.AddSettings<SubmissionOptions, SubmissionOptionsValidator>(SubmissionOptions.Section);
        services.AddSingleton(provider => new UploadLimiter(provider.GetRequiredService<IOptions<SubmissionOptions>>().Value.MaxUploads, SubmissionProblems.UploadsBusy));
        services.AddSingleton<SubmissionPipeline>();
        services.AddSingleton<RunningSubmissions>();
        services.AddSingleton<SubmissionStore>();
        services.AddStore<SubmissionStorage>();
        services.AddHostedService<SubmissionWarmUp>();
        return services;
    }
}
