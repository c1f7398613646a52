using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace MnistService.Security;

/// <summary>
/// Logs a message at startup if the service listens on a non-loopback address without API keys. The message states whether remote clients are rejected or
/// served.
/// </summary>
internal sealed partial class OpenAddressWarning(
    ApiKeyStore store, IOptions<SecurityOptions> options, IServer server, IHostApplicationLifetime lifetime, ILogger<OpenAddressWarning> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Warn);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Warn()
    {
        if (store.Keys is not null || server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(IsOpen) is not { } address) return;
        if (options.Value.AllowAnonymous) Log.ServesEverybody(log, address);
        else Log.RefusesOthers(log, address, store.FilePath);
    }

    /// <summary>Returns whether an address can be reached from other machines.</summary>
    /// <param name="address">The address in Kestrel's format, for example <c>http://[::]:8080</c>.</param>
    internal static bool IsOpen(string address)
    {
        var binding = BindingAddress.Parse(address);
        if (binding.IsUnixPipe || string.Equals(binding.Host, "localhost", StringComparison.OrdinalIgnoreCase)) return false;
        return !IPAddress.TryParse(binding.Host, out var ip) || !IPAddress.IsLoopback(ip);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Listening at {Address} without API keys: requests from other machines are rejected. Create an API key with 'dotnet MnistService.dll keys add NAME predict', which stores it in {Path}")]
        public static partial void RefusesOthers(ILogger log, string address, string path);

        [LoggerMessage(LogLevel.Information, "Listening at {Address} without API keys: all clients are served (MnistService:Security:AllowAnonymous)")]
        public static partial void ServesEverybody(ILogger log, string address);
    }
}
