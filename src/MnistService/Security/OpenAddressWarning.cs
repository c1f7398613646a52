using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace MnistService.Security;

/// <summary>Says at the start when the service listens to other machines and there are no keys, for it is either not what was meant or of no use.</summary>
internal sealed partial class OpenAddressWarning(
    KeyRing ring, IOptions<SecurityOptions> options, IServer server, IHostApplicationLifetime lifetime, ILogger<OpenAddressWarning> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Warn);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Warn()
    {
        if (ring.Keys is not null || server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(IsOpen) is not { } address) return;
        if (options.Value.AllowAnonymous) Log.ServesEverybody(log, address);
        else Log.RefusesOthers(log, address, ring.FilePath);
    }

    /// <param name="address">As Kestrel says it: <c>http://[::]:8080</c>.</param>
    internal static bool IsOpen(string address)
    {
        var binding = BindingAddress.Parse(address);
        if (binding.IsUnixPipe || string.Equals(binding.Host, "localhost", StringComparison.OrdinalIgnoreCase)) return false;
        return !IPAddress.TryParse(binding.Host, out var ip) || !IPAddress.IsLoopback(ip);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Listening at {Address} without keys: other machines are refused. Make a key with 'dotnet MnistService.dll keys add NAME predict', which goes to {Path}")]
        public static partial void RefusesOthers(ILogger log, string address, string path);

        [LoggerMessage(LogLevel.Information, "Listening at {Address} without keys: whoever reaches it is served (MnistService:Security:AllowAnonymous)")]
        public static partial void ServesEverybody(ILogger log, string address);
    }
}
