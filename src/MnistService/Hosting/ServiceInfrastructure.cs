using MnistService.Connections;
using MnistService.Hosting.WarmUp;
using MnistService.Http;
using MnistService.OpenApi;
using MnistService.Operations;
using MnistService.Security;
using MnistService.Startup;

namespace MnistService.Hosting;

/// <summary>
/// Registers the services that all endpoints use: settings, connections, logs, problem details, API documentation, telemetry, security, startup.
/// </summary>
internal static class ServiceInfrastructure
{
    private const string DefaultAddress = "http://localhost:8080";

    internal static WebApplicationBuilder AddInfrastructure(this WebApplicationBuilder builder, StartupTimings start)
    {
        // The default address applies only if no setting of ASP.NET Core specifies an address: --urls, ASPNETCORE_URLS, ASPNETCORE_HTTP_PORTS,
        // ASPNETCORE_HTTPS_PORTS, Kestrel:Endpoints.
        var configuration = builder.Configuration;
        if (configuration["urls"] is null && configuration["http_ports"] is null && configuration["https_ports"] is null
            && !configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }
        var services = builder.Services;
        services.AddServiceConnections();
        services.AddOptions<DataOptions>().BindConfiguration(DataOptions.Section)
            .Validate(data => data.Directory is { Length: > 0 }, $"{DataOptions.Section}:Directory is empty; expected the path of a folder.").ValidateOnStart();
        // Results that send files require an absolute path. A relative path is resolved against the working directory once, at startup.
        services.PostConfigure<DataOptions>(data => data.Directory = data.Directory is { Length: > 0 } directory ? Path.GetFullPath(directory) : "");
        services.AddSettings<ModelsOptions, ModelsOptionsValidator>(ModelsOptions.Section)
            .Validate(models => models.Directory is { Length: > 0 }, $"{ModelsOptions.Section}:Directory is empty; expected the path of a folder.");
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        services.ConfigureHttpJsonOptions(JsonFormat.Configure);
        builder.AddServiceLogging();
        services.AddProblems();
        services.AddTelemetry();
        services.AddApiDocumentation();
        services.AddSingleton(start);
        services.AddSingleton<AfterStartup>();
        services.AddHostedService<DataDirectory>();
        services.AddHttpWarmUp(); // before AddSecurity: hosted services start in registration order, and the warm-up must end before ApiKeyStore loads the keys
        services.AddSecurity();
        services.AddHostedService<StartupTasks>(); // after DataDirectory, which locks the data directory: hosted services start in registration order
        services.AddSingleton<Readiness>();
        services.AddHostedService<ReadyLog>();
        return builder;
    }
}
