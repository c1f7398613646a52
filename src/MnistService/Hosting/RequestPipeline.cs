using MnistService.Connections;
using MnistService.Connections.Memory;
using MnistService.Http;
using MnistService.OpenApi;
using MnistService.Operations;
using MnistService.Security;

namespace MnistService.Hosting;

/// <summary>The middleware that every request passes through, in this order, and the routes of operation.</summary>
internal static class RequestPipeline
{
    internal static WebApplication UseRequestPipeline(this WebApplication app)
    {
        app.UseServiceRequestLogging();
        app.UseHeadRequests();
        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseConnections();
        app.UseSecurity();
        app.UseJsonCharset();
        app.UseMiddleware<BufferedJson>();
        app.UseApiDocumentation();
        app.UsePage();
        app.MapHealth();
        app.MapVersion();
        app.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(AuthorizationPolicies.AnyKey);
        return app;
    }
}
