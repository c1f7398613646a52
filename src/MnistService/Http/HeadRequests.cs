namespace MnistService.Http;

/// <summary>
/// Answers HEAD wherever GET is answered (RFC 9110, 9.3.2). Routing sees the request as GET; the web server, which knows what was sent, sends the headers
/// and drops the body. So a route needs nothing of its own, and one that would be answered without end has to look at <see cref="IsHead"/>.
/// </summary>
internal static class HeadRequests
{
    /// <summary>Includes routing. Behind the request log, which shows the method that was sent.</summary>
    internal static void UseHeadRequests(this WebApplication app)
    {
        app.Use(next => http => HttpMethods.IsHead(http.Request.Method) ? AsGetAsync(http, next) : next(http));
        app.UseRouting();
        // Handlers, and results that send files, see HEAD again. A request without a route stays a GET, because the middleware of Swagger serves GET only.
        app.Use(next => http =>
        {
            if (http.Features.Get<Feature>() is not null && http.GetEndpoint() is RouteEndpoint) http.Request.Method = HttpMethods.Head;
            return next(http);
        });
    }

    /// <summary>Only the headers of the answer are wanted.</summary>
    internal static bool IsHead(HttpContext http) => http.Features.Get<Feature>() is not null;

    private static async Task AsGetAsync(HttpContext http, RequestDelegate next)
    {
        http.Features.Set(Feature.Instance);
        http.Request.Method = HttpMethods.Get;
        try
        {
            await next(http);
        }
        finally
        {
            http.Request.Method = HttpMethods.Head;
        }
    }

    /// <summary>Marks a request that was sent as HEAD.</summary>
    private sealed class Feature
    {
        internal static readonly Feature Instance = new();
    }
}
