namespace MnistService.Inference;

/// <summary>
/// Stops inference when the host stops. When the host begins to stop, readiness fails, but the queue stays open for requests that the web server has already
/// accepted. <see cref="StopAsync"/> closes the queue; the host calls it after the web server has finished its requests. This class does not start the workers;
/// the first call of <see cref="ServingModel.Publish"/> does.
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
