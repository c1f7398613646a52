using Microsoft.AspNetCore.Http.HttpResults;
using MnistService.OpenApi;

namespace MnistService.Operations;

/// <summary>Endpoints under <c>/health</c>: liveness and readiness.</summary>
internal static class HealthEndpoints
{
    internal static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Operations").AllowAnonymous();
        health.MapGet("live", () => TypedResults.Ok(new Liveness("live")))
            .WithName("getLiveness")
            .WithSummary("Check that the process is live")
            .WithDescription("For supervisors that restart the service: if this endpoint does not respond, restart the process.")
            .WithAnswer(200, "application/json", """{"status":"live"}""");
        health.MapGet("ready", Ready)
            .WithName("getReadiness")
            .WithSummary("Check that a model is loaded, warmed up and serving")
            .WithDescription(
                "For load balancers. Returns 503 with the reason before a model serves, while a worker hangs or every batch fails, and as soon as shutdown begins.")
            .Produces<Readiness.Report>(503)
            .WithAnswer(200, "application/json", """{"status":"ready","model":"cnn-02ngc96a00nra","device":"cpu","queuedImages":0,"oldestWaitSeconds":0,"images":0}""")
            .WithAnswer(503, "application/json",
                """{"status":"notReady","model":null,"device":null,"queuedImages":0,"oldestWaitSeconds":0,"images":0,"reason":"No model in the model store has been promoted. Train a model with POST /train, or promote a stored model with POST /models/{id}/promote."}""");
    }

    private static JsonHttpResult<Readiness.Report> Ready(Readiness readiness)
    {
        var report = readiness.Check();
        return TypedResults.Json(report, statusCode: report.Status == "ready" ? 200 : 503);
    }

    private sealed record Liveness(string Status);
}
