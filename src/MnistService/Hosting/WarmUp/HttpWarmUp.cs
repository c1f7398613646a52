using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Inference;
using MnistService.Model.Imaging;
using MnistService.Security;
using MnistService.Startup;

namespace MnistService.Hosting.WarmUp;

/// <summary>
/// Sends requests to the service before Kestrel listens for clients, so that JIT compilation and the creation of routes and request delegates do not delay the
/// first client. The requests use the pipeline of the application and a second Kestrel instance, which accepts only connections of this class.
/// <see cref="Run"/> sends requests that need no model, <see cref="StartAsync"/> sends images, and <see cref="Finish"/> sends a request through the hosting
/// application of ASP.NET Core.
/// </summary>
internal sealed partial class HttpWarmUp(
    BuiltPipeline pipeline, IHttpContextFactory contexts, IOptions<SocketTransportOptions> sockets, IOptions<ConnectionOptions> connections,
    ConnectionAdmission admission, ApiKeyStore keys, ServingModel serving, InferenceMetrics metrics, StartupTimings phases, IServiceProvider services,
    ILoggerFactory logs, ILogger<HttpWarmUp> log)
    : IStartupTask, IHostedLifecycleService, IAsyncDisposable
{
    /// <summary>Timeout in milliseconds of each socket operation of the HTTP warm-up, and of the shutdown of its Kestrel instance.</summary>
    private const int Timeout = 5000;

    /// <summary>
    /// Size in bytes of the blocks that Kestrel reads. An image above this size is sent after its headers, in a separate write, as many clients do.
    /// </summary>
    private const int KestrelBlock = 4096;

    private readonly PrivateListenerFactory _listener = new(sockets, admission, logs.CreateLogger<AdmittingListener>());
    private readonly WarmUpApplication _application = new(pipeline, contexts);
    private KestrelServer? _server;

    public string Name => "http";

    /// <summary>HTTP statuses of the responses to the warm-up requests so far. Not thread-safe; complete when the service listens.</summary>
    internal List<int> Statuses { get; } = [];

    /// <summary>Starts the Kestrel instance of the HTTP warm-up, and sends requests that need no model.</summary>
    public void Run()
    {
        metrics.IsSuspended = true;
        Try(() =>
        {
            var options = new KestrelServerOptions { ApplicationServices = services };
            connections.Value.ApplyTo(options);
            ConnectionServiceCollectionExtensions.AddConnectionMiddleware(options);
            options.Listen(IPAddress.Loopback, 0);
            _server = new(Options.Create(options), _listener, NullLoggerFactory.Instance);
            _server.StartAsync(_application, CancellationToken.None).GetAwaiter().GetResult();
            using var client = new WarmUpClient(_listener.Connect(Timeout));
            Statuses.Add(client.Send("GET /health/live", []));
            Statuses.Add(client.Send("POST /predict", "?"u8));
            MetricsWarmUp.Run();
        });
    }

    /// <summary>Sends images to <c>POST /predict</c>. Runs after the startup tasks, before the API keys are loaded.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Try(SendImages);
        metrics.IsSuspended = false;
        phases.End("first requests");
        return Task.CompletedTask;
    }

    private void SendImages()
    {
        if (_server is null || serving.ModelId is null) return;
        try
        {
            var key = keys.AddTemporaryKey();
            using var client = new WarmUpClient(_listener.Connect(Timeout));
            foreach (var image in ImageWarmUp.Images)
            {
                var status = client.Send("POST /predict", image, inParts: image.Length > KestrelBlock, key);
                Statuses.Add(status);
                if (status != StatusCodes.Status200OK) Log.NotAnswered(log, status);
            }
        }
        finally
        {
            keys.RemoveTemporaryKey();
        }
    }

    /// <summary>
    /// Sends a request through the hosting application of ASP.NET Core, and stops the Kestrel instance of the HTTP warm-up. Runs immediately before the Kestrel
    /// instance for clients listens.
    /// </summary>
    internal void Finish<TContext>(IHttpApplication<TContext> application) where TContext : notnull
    {
        Try(() =>
        {
            if (_server is null) return;
            _application.Use(application);
            using var client = new WarmUpClient(_listener.Connect(Timeout));
            Statuses.Add(client.Send("GET /health/live", []));
        });
        if (_server is null) return;
        Stop();
        if (log.IsEnabled(LogLevel.Debug)) Log.Finished(log, string.Join(", ", Statuses));
    }

    /// <summary>
    /// Stops the Kestrel instance of the HTTP warm-up if <see cref="Finish"/> was not called, because a web server other than Kestrel is registered.
    /// </summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Stop();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Stops the Kestrel instance of the HTTP warm-up. Waits at most <see cref="Timeout"/> milliseconds for requests in progress and then aborts them, so that
    /// a request that hangs does not delay the startup.
    /// </summary>
    private void Stop()
    {
        if (_server is not { } server) return;
        _server = null;
        try
        {
            using var limit = new CancellationTokenSource(Timeout);
            server.StopAsync(limit.Token).GetAwaiter().GetResult();
            server.Dispose();
        }
        catch (Exception e)
        {
            Log.Failed(log, e);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _server?.Dispose();
        await _listener.DisposeAsync();
    }

    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) // the service works without the warm-up
        {
            if (e is SocketException or IOException) Log.Interrupted(log, e.Message); // for example a timeout on a busy machine
            else Log.Failed(log, e);
            Stop(); // the later steps would fail for the same reason
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The HTTP warm-up received the statuses {Statuses}")]
        public static partial void Finished(ILogger log, string statuses);

        [LoggerMessage(LogLevel.Warning, "The HTTP warm-up sent an image and received the status {Status}; the first requests may be slow")]
        public static partial void NotAnswered(ILogger log, int status);

        [LoggerMessage(LogLevel.Warning, "The HTTP warm-up ended early: {Reason}. The first requests may be slow")]
        public static partial void Interrupted(ILogger log, string reason);

        [LoggerMessage(LogLevel.Warning, "The HTTP warm-up failed; the first requests may be slow")]
        public static partial void Failed(ILogger log, Exception exception);
    }
}
