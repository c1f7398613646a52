using Microsoft.AspNetCore.Http.HttpResults;

namespace MnistService.Hosting;

/// <summary><c>/health</c>: for whoever restarts the service, and for whoever sends it traffic.</summary>
internal static class HealthEndpoints
{
    internal static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Operations");
        health.MapGet("live", () => TypedResults.Ok(new Liveness("live"))).WithSummary("The process answers");
        health.MapGet("ready", Ready)
            .WithSummary("A model is loaded, warm and serving")
            .Produces<Readiness.Report>(503);
    }

    private static JsonHttpResult<Readiness.Report> Ready(Readiness readiness)
    {
        var report = readiness.Check();
        return TypedResults.Json(report, statusCode: report.Status == "ready" ? 200 : 503);
    }

    private sealed record Liveness(string Status);
}
