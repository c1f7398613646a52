namespace MnistService.OpenApi;

/// <summary>An error that a route can answer with, as it looks.</summary>
internal sealed record ErrorExample(int Status, string Code, string Title, string Detail);

/// <summary>A body that a route takes: JSON as an example, or a file to pick when <paramref name="Json"/> is null.</summary>
internal sealed record BodyExample(string ContentType, string Name, string? Json);

/// <summary>An answer of a route, as it looks; a file when <paramref name="Text"/> is null.</summary>
internal sealed record AnswerExample(int Status, string ContentType, string? Text);

/// <summary>The values that a query parameter may have; the first is not special, <paramref name="Default"/> is.</summary>
internal sealed record QueryValues(string Name, string? Default, string[] Values);

/// <summary>What a route's documentation shows, as metadata beside the route; <see cref="ApiExampleFilter"/> puts it into the OpenAPI document.</summary>
internal static class ApiExamples
{
    internal static T WithError<T>(this T route, int status, string code, string title, string detail) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new ErrorExample(status, code, title, detail));

    /// <summary>The answer of a route that takes files when one takes too long.</summary>
    internal static T WithUploadTimeout<T>(this T route) where T : IEndpointConventionBuilder => route.WithError(408, "upload_timeout", "The upload takes too long",
        "It was not read whole within 00:30:00 (MnistService:Connections:MaxUploadDuration).");

    internal static T WithJsonBody<T>(this T route, string name, string json) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new BodyExample("application/json", name, json));

    /// <summary>A body that is a file; Swagger UI shows a file picker. <c>multipart/form-data</c> takes it as the part <c>file</c>.</summary>
    internal static T WithFileBody<T>(this T route, params string[] contentTypes) where T : IEndpointConventionBuilder =>
        route.WithMetadata([.. contentTypes.Select(type => new BodyExample(type, "file", null))]);

    internal static T WithAnswer<T>(this T route, int status, string contentType, string text) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new AnswerExample(status, contentType, text));

    /// <summary>An answer that is a file to be kept, not text to be shown.</summary>
    internal static T WithFileAnswer<T>(this T route, int status, string contentType) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new AnswerExample(status, contentType, null));

    internal static T WithQueryValues<T>(this T route, string name, string? unset, params string[] values) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new QueryValues(name, unset, values));
}
