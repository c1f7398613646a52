using Microsoft.Extensions.Primitives;

namespace MnistService.Security;

/// <summary>What every answer tells a browser: believe its type, show it in no frame, let no other origin load it, and run nothing that is not ours.</summary>
internal static class SecurityHeaders
{
    private const string SwaggerPath = "/swagger";

    private static readonly StringValues NoSniff = "nosniff", NoReferrer = "no-referrer", SameOrigin = "same-origin";

    /// <summary>Data is nothing to be shown, so it may do nothing.</summary>
    private static readonly StringValues Data = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Scripts, styles and pictures of this service in files of their own, and pictures that a page made itself.</summary>
    private static readonly StringValues Page = PagePolicy("'self'");

    /// <summary>Swagger UI writes its styles into its elements.</summary>
    private static readonly StringValues Swagger = PagePolicy("'self' 'unsafe-inline'");

    internal static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use(next => http =>
    {
        Set(http.Response.Headers, PolicyOf(http));
        return next(http);
    });

    /// <summary>For an answer that replaces one which was begun: its headers were cleared.</summary>
    internal static void SetForData(HttpResponse response) => Set(response.Headers, Data);

    private static void Set(IHeaderDictionary headers, StringValues policy)
    {
        headers["X-Content-Type-Options"] = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        headers["Cross-Origin-Resource-Policy"] = SameOrigin;
        headers["Content-Security-Policy"] = policy;
    }

    /// <summary>What has no route is a file of a page, or nothing.</summary>
    private static StringValues PolicyOf(HttpContext http)
    {
        if (http.GetEndpoint() is not null) return Data;
        return http.Request.Path.StartsWithSegments(SwaggerPath) ? Swagger : Page;
    }

    private static string PagePolicy(string styles) =>
        $"default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}
