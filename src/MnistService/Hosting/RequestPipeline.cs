using MnistService.Connections;
using MnistService.Connections.Memory;
using MnistService.Downloads;
using MnistService.Http;
using MnistService.OpenApi;
using MnistService.Operations;
using MnistService.Security;
using OpenTelemetry.Metrics;

namespace MnistService.Hosting;

/// <summary>Adds the middleware of all requests in order of execution, and the operational endpoints: health, version and metrics.</summary>
internal static class RequestPipeline
{
    internal static WebApplication UseRequestPipeline(this WebApplication app)
    {
        // Creating the meter provider takes 30 ms, so another thread creates it now. Otherwise MapPrometheusScrapingEndpoint would create it at the end of this
        // method.
        _ = Task.Run(() => app.Services.GetService<MeterProvider>());
        app.UseServiceRequestLogging();
        app.UseHeadRequests();
        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseConnections();
        app.UseSecurity();
        app.UseJsonCharset();
        app.UseMiddleware<BufferedJson>();
        app.UseApiDocumentation(app.Services.GetRequiredService<DownloadLimiter>().TryBegin);
        app.UsePage();
        app.MapHealth();
        app.MapVersion();
        app.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(AuthorizationPolicies.AnyKey);
        return app;
    }
}
