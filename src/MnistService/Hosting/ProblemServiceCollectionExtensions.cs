namespace MnistService.Hosting;

/// <summary>Registers problem details for exceptions and for error responses without a body.</summary>
internal static class ProblemServiceCollectionExtensions
{
    internal static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // so that the exception handler can report the reason
    }

    internal static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(ProblemExceptionHandler.AnswerAsync);
    }
}
