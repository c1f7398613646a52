namespace MnistService.Hosting;

/// <summary>Problem details for what throws and for what ends without a body.</summary>
internal static class ProblemsFeature
{
    internal static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // so that the handler can say what was wrong
    }

    internal static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(ProblemExceptionHandler.AnswerAsync);
    }
}
