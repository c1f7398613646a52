using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MnistService.Startup;

namespace MnistService.Operations;

/// <summary>
/// Logs the addresses once the service listens, with the served model and the startup timings, or with the reason why the service is not ready. Also logs the
/// shutdown.
/// </summary>
internal sealed partial class ReadyLog(
    Readiness readiness, StartupTimings start, IServer server, IHostApplicationLifetime lifetime, ILogger<ReadyLog> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Announce);
        lifetime.ApplicationStopping.Register(() => Log.Stopping(log));
        lifetime.ApplicationStopped.Register(() => Log.Stopped(log));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Announce()
    {
        start.End("web server");
        var report = readiness.Check();
        var addresses = string.Join(", ", server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        if (report.Reason is null) Log.Ready(log, addresses, report.Model, report.Device, start.Elapsed.TotalSeconds, start);
        else Log.NotReady(log, addresses, report.Reason);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Ready at {Addresses}: model {Model} on {Device}, {Seconds:f2} s after the process started ({Phases})")]
        public static partial void Ready(ILogger log, string addresses, string? model, string? device, double seconds, StartupTimings phases);

        [LoggerMessage(LogLevel.Information, "The service is stopping; accepted requests are completed first")]
        public static partial void Stopping(ILogger log);

        [LoggerMessage(LogLevel.Information, "The service has stopped")]
        public static partial void Stopped(ILogger log);

        [LoggerMessage(LogLevel.Warning, "Listening at {Addresses}, but not ready: {Reason}")]
        public static partial void NotReady(ILogger log, string addresses, string reason);
    }
}
