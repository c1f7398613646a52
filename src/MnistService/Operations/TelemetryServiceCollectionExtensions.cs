using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace MnistService.Operations;

/// <summary>Exports metrics in Prometheus format at <c>/metrics</c>: the metrics of this service, Kestrel, ASP.NET Core hosting and the .NET runtime.</summary>
internal static class TelemetryServiceCollectionExtensions
{
    private const string KestrelMeter = "Microsoft.AspNetCore.Server.Kestrel";

    internal static void AddTelemetry(this IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("MnistService.*")
            .AddMeter("Microsoft.AspNetCore.Hosting", KestrelMeter)
            .AddMeter("System.Runtime")
            .AddPrometheusExporter());
        // Excludes the Kestrel instance of the HTTP warm-up, whose meter does not belong to the application's meter factory.
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            var meters = provider.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => instrument.Meter.Name == KestrelMeter && instrument.Meter.Scope != meters ? MetricStreamConfiguration.Drop : null);
        });
    }
}
