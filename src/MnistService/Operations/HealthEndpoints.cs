using Microsoft.AspNetCore.Http.HttpResults;
using MnistService.OpenApi;
using MnistService.Security;

namespace MnistService.Operations;

/// <summary><c>/health</c>: the liveness and readiness endpoints.</summary>
internal static class HealthEndpoints
{
    internal static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Operations").AllowAnyone();
        health.MapGet("live", () => TypedResults.Ok(new Liveness("live")))
            .WithSummary("The process answers")
            .WithDescription("For whoever restarts the service: no answer, no process.")
            .WithAnswer(200, "application/json", """{"status":"live"}""");
        health.MapGet("ready", Ready)
            .WithSummary("A model is loaded, warm and serving")
            .WithDescription("For whoever sends the service traffic: 503, with the reason, before a model serves, while the workers do not compute (they hang, or every batch fails), and from the moment the service is told to stop.")
            .Produces<Readiness.Report>(503)
            .WithAnswer(200, "application/json", """{"status":"ready","model":"cnn-02n6rc9mn6442","device":"cpu","queuedImages":0,"oldestWaitSeconds":0,"images":0}""")
            .WithAnswer(503, "application/json",
                """{"status":"notReady","model":null,"device":null,"queuedImages":0,"oldestWaitSeconds":0,"images":0,"reason":"No model is chosen in the model store: train one with POST /train, or name one in the file 'current'."}""");
    }

    private static JsonHttpResult<Readiness.Report> Ready(Readiness readiness)
    {
        var report = readiness.Check();
        return TypedResults.Json(report, statusCode: report.Status == "ready" ? 200 : 503);
    }

    private sealed record Liveness(string Status);
}
