using OpenTelemetry.Metrics;

namespace MnistService.Operations;

/// <summary>Exports metrics in Prometheus format at <c>/metrics</c>: those of this service, Kestrel, ASP.NET Core hosting and the .NET runtime.</summary>
internal static class TelemetryServiceCollectionExtensions
{
    internal static void AddTelemetry(this IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("MnistService.*")
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddMeter("System.Runtime")
            .AddPrometheusExporter());
}
