using Microsoft.Extensions.Primitives;

namespace MnistService.Security;

/// <summary>
/// Security headers of every response. The headers forbid MIME sniffing, framing, use by other origins, and scripts that are not files of this service.
/// </summary>
internal static class SecurityHeaders
{
    private const string SwaggerPath = "/swagger";

    private static readonly StringValues NoSniff = "nosniff", NoReferrer = "no-referrer", SameOrigin = "same-origin";

    /// <summary>Content-Security-Policy of API responses. The policy permits nothing, because browsers do not render these responses as pages.</summary>
    private static readonly StringValues Data = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>
    /// Content-Security-Policy of pages. The policy permits scripts, styles and images that are files of this service, requests to this service, and images
    /// that a page creates itself (<c>data:</c>, <c>blob:</c>).
    /// </summary>
    private static readonly StringValues Page = PagePolicy("'self'");

    /// <summary>Content-Security-Policy of Swagger UI, which needs inline styles.</summary>
    private static readonly StringValues Swagger = PagePolicy("'self' 'unsafe-inline'");

    internal static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use(next => http =>
    {
        Set(http.Response.Headers, PolicyOf(http));
        return next(http);
    });

    /// <summary>Sets the security headers on an error response that replaces another response, because the replacement clears all headers.</summary>
    internal static void SetForData(HttpResponse response) => Set(response.Headers, Data);

    private static void Set(IHeaderDictionary headers, StringValues policy)
    {
        headers["X-Content-Type-Options"] = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        headers["Cross-Origin-Resource-Policy"] = SameOrigin;
        headers["Content-Security-Policy"] = policy;
    }

    /// <summary>
    /// Selects the Content-Security-Policy. If routing has found an endpoint, the response is an API response; otherwise it is Swagger UI, a page or another
    /// static file, or a 404 response.
    /// </summary>
    private static StringValues PolicyOf(HttpContext http)
    {
        if (http.GetEndpoint() is not null) return Data;
        return http.Request.Path.StartsWithSegments(SwaggerPath) ? Swagger : Page;
    }

    private static string PagePolicy(string styles) =>
        $"default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}
