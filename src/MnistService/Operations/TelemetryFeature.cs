using OpenTelemetry.Metrics;

namespace MnistService.Operations;

/// <summary>Metrics in Prometheus' format at <c>/metrics</c>: this service's, the web server's and the runtime's.</summary>
internal static class TelemetryFeature
{
    internal static void AddTelemetry(this IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("MnistService.*")
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddMeter("System.Runtime")
            .AddPrometheusExporter());
}
