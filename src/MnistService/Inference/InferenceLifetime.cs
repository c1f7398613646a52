namespace MnistService.Inference;

/// <summary>
/// Ends inference with the host. The workers themselves start with the first model. When the host begins to stop, only
/// readiness ends: requests whose bodies are still arriving were accepted and are served. The queue closes in
/// <see cref="StopAsync"/>, which runs after the web server has ended its requests.
/// </summary>
internal sealed class InferenceLifetime(ServingModel serving, IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    private CancellationTokenRegistration _stopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _stopping = lifetime.ApplicationStopping.Register(serving.AnnounceStop);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => serving.StopAsync(cancellationToken);

    public void Dispose() => _stopping.Dispose();
}
