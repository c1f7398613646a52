using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MnistService.Security;
using MnistService.Startup;

namespace MnistService.Tests.Security;

/// <summary>
/// Only the security middleware and a few routes, on real Kestrel. Simulates remote client addresses, and has routes that the application does not have.
/// </summary>
internal sealed class SecuredHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IPAddress? _from;

    /// <param name="from">Simulated address of the clients; <c>null</c> for the real one.</param>
    /// <param name="settings">Configuration settings of the service.</param>
    internal SecuredHost(IPAddress? from = null, params (string Name, string Value)[] settings)
    {
        Folder = Directory.CreateTempSubdirectory("mnist-secured-").FullName;
        var builder = WebApplication.CreateBuilder([.. settings.Select(setting => $"--{setting.Name}={setting.Value}")]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.Configure<DataOptions>(data => data.Directory = Path.Combine(Folder, "data"));
        builder.Services.AddSecurity();
        _app = builder.Build();
        _from = from;
    }

    /// <summary>A route without a policy.</summary>
    internal const string Undeclared = "/undeclared";

    internal string Folder { get; }

    internal async Task<HttpClient> StartAsync()
    {
        if (_from is not null)
        {
            _app.Use((http, next) =>
            {
                http.Connection.RemoteIpAddress = _from;
                return next(http);
            });
        }
        _app.UseSecurity();
        _app.MapGet("/open", () => "open").AllowAnonymous();
        _app.MapGet("/models", () => "digit").RequireScope(Scope.Predict);
        _app.MapPost("/predict", () => "digit").RequireScope(Scope.Predict);
        _app.MapGet(Undeclared, () => "secret");
        await _app.StartAsync(TestHttp.Cancellation);
        return new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
