namespace MnistService.Http;

/// <summary>Marks the old path of a route that has a new path.</summary>
internal static class DeprecatedRoute
{
    /// <summary>
    /// Marks the route as deprecated in the OpenAPI document. Responses of the handler also get the header <c>Deprecation</c> (RFC 9745), and the header
    /// <c>Link</c> with the new path.
    /// </summary>
    /// <param name="successor">Last segment of the new path.</param>
    /// <param name="since">Date of the deprecation, in UTC.</param>
    internal static RouteHandlerBuilder AsDeprecatedAliasOf(this RouteHandlerBuilder route, string successor, DateOnly since)
    {
        var deprecation = $"@{new DateTimeOffset(since, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds()}";
        var link = $"<{successor}>; rel=\"successor-version\"";
        return route.WithMetadata(new ObsoleteAttribute()).AddEndpointFilter((context, next) =>
        {
            context.HttpContext.Response.Headers["Deprecation"] = deprecation;
            context.HttpContext.Response.Headers.Link = link;
            return next(context);
        });
    }
}
