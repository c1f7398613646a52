namespace MnistService.OpenApi;

/// <summary>A request body that a route accepts: a JSON example, or a file upload if <paramref name="Json"/> is null.</summary>
internal sealed record BodyExample(string ContentType, string Name, string? Json);

/// <summary>A response of a route: an example text, or a file download if <paramref name="Text"/> is null.</summary>
internal sealed record AnswerExample(int Status, string ContentType, string? Text);

/// <summary>
/// The allowed values of a query parameter. <paramref name="Default"/> is the value that applies if the parameter is absent; null if there is no default.
/// </summary>
internal sealed record QueryValues(string Name, string? Default, string[] Values);

/// <summary>
/// Extension methods that add OpenAPI examples to the metadata of a route. <see cref="ApiExampleFilter"/> copies these examples into the OpenAPI document.
/// </summary>
internal static class ApiExamples
{
    internal static T WithJsonBody<T>(this T route, string name, string json) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new BodyExample("application/json", name, json));

    /// <summary>
    /// Documents that the route accepts a file as request body; Swagger UI shows a file picker. In <c>multipart/form-data</c> the part is named <c>file</c>.
    /// </summary>
    internal static T WithFileBody<T>(this T route, params string[] contentTypes) where T : IEndpointConventionBuilder =>
        route.WithMetadata([.. contentTypes.Select(type => new BodyExample(type, "file", null))]);

    internal static T WithAnswer<T>(this T route, int status, string contentType, string text) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new AnswerExample(status, contentType, text));

    /// <summary>Documents that the route's response with this status is a file download.</summary>
    internal static T WithFileAnswer<T>(this T route, int status, string contentType) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new AnswerExample(status, contentType, null));

    internal static T WithQueryValues<T>(this T route, string name, string? unset, params string[] values) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new QueryValues(name, unset, values));
}
