using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace MnistService.Hosting.WarmUp;

/// <summary>Web server that delegates to Kestrel. Immediately before Kestrel listens, <see cref="HttpWarmUp"/> sends its last request.</summary>
internal sealed class WarmedUpServer(IServer kestrel, HttpWarmUp warmUp) : IServer, IAsyncDisposable
{
    public IFeatureCollection Features => kestrel.Features;

    /// <summary>Replaces the registered web server with a <see cref="WarmedUpServer"/> that delegates to the original one.</summary>
    internal static void Decorate(IServiceCollection services)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(IServer))?.ImplementationType is not { } type) return;
        services.AddSingleton<IServer>(provider => new WarmedUpServer((IServer)ActivatorUtilities.CreateInstance(provider, type), provider.GetRequiredService<HttpWarmUp>()));
    }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull
    {
        warmUp.Finish(application);
        return kestrel.StartAsync(application, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => kestrel.StopAsync(cancellationToken);

    public void Dispose() => kestrel.Dispose();

    public async ValueTask DisposeAsync()
    {
        if (kestrel is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else kestrel.Dispose();
    }
}
