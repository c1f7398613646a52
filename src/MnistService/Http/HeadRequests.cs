namespace MnistService.Http;

/// <summary>
/// Answers HEAD for every route that answers GET (RFC 9110, 9.3.2). Routing sees the request as GET. Kestrel keeps the original method, so it sends the headers
/// and discards the body. Only routes with an endless response, such as an event stream, must handle HEAD: they check <see cref="IsHead"/>.
/// </summary>
internal static class HeadRequests
{
    /// <summary>Adds the HEAD middleware and routing. Call this after adding the request log, so that the log shows the original method.</summary>
    internal static void UseHeadRequests(this WebApplication app)
    {
        app.Use(next => http => HttpMethods.IsHead(http.Request.Method) ? AsGetAsync(http, next) : next(http));
        app.UseRouting();
        // After routing, the method is HEAD again for handlers and for results that send files. If no route matched, the method remains GET,
        // because the Swagger middleware serves only GET.
        app.Use(next => http =>
        {
            if (http.Features.Get<Feature>() is not null && http.GetEndpoint() is RouteEndpoint) http.Request.Method = HttpMethods.Head;
            return next(http);
        });
    }

    /// <summary>Returns true if the client sent HEAD, so that only the headers are sent.</summary>
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

    /// <summary>Marks a request that the client sent as HEAD.</summary>
    private sealed class Feature
    {
        internal static readonly Feature Instance = new();
    }
}
