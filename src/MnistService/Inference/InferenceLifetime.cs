namespace MnistService.Inference;

/// <summary>
/// Stops inference when the host stops. The workers start when the first model is published, not here. When the host begins to stop, only readiness
/// becomes false: accepted requests whose bodies are still arriving are served. <see cref="StopAsync"/> closes the queue; it runs after the web server
/// has finished its requests.
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
