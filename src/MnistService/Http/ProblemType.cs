using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MnistService.Http;

/// <summary>
/// One type of error response: RFC 9457 problem details with a stable, machine-readable <c>code</c>. Each source folder defines its problem types in a class
/// <c>XProblems</c>, such as <c>DatasetProblems</c>. Responses and the OpenAPI document use the same definition.
/// </summary>
/// <param name="status">HTTP status.</param>
/// <param name="code">Stable code, for example <c>job_not_found</c>.</param>
/// <param name="title">Short text that is the same for all responses of this type.</param>
/// <param name="detail">
/// Text that states what was found and what is expected. If it has placeholders such as <c>{0}</c>, it is a composite format string.
/// </param>
/// <param name="example">Values for the placeholders of <paramref name="detail"/> in the example of the OpenAPI document.</param>
internal sealed class ProblemType(int status, string code, string title, string detail, params object?[] example)
{
    internal int Status => status;

    internal string Code => code;

    internal string Title => title;

    /// <summary>Example for the OpenAPI document, with the example values that were passed to the constructor.</summary>
    internal Problem Example => new(this, Detail(example));

    /// <summary>Returns an example for the OpenAPI document of one route.</summary>
    /// <param name="values">Values for the placeholders, such as <c>{0}</c>, in the detail text.</param>
    internal Problem ExampleOf(params object?[] values) => new(this, Detail(values));

    /// <summary>Creates a response with this problem type.</summary>
    /// <param name="values">Values for the placeholders, such as <c>{0}</c>, in the detail text.</param>
    internal ProblemHttpResult Result(params object?[] values) => ResultOf(Detail(values));

    /// <param name="more">Additional JSON members of the problem details.</param>
    /// <inheritdoc cref="Result(object?[])"/>
    internal ProblemHttpResult Result(IEnumerable<KeyValuePair<string, object?>> more, params object?[] values) => ResultOf(Detail(values), more);

    /// <summary>Creates a response with this problem type and a detail that is already formatted.</summary>
    /// <param name="text">The complete detail, for example the message of a parser.</param>
    /// <param name="more">Additional JSON members of the problem details.</param>
    internal ProblemHttpResult ResultOf(string text, IEnumerable<KeyValuePair<string, object?>>? more = null)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        foreach (var (key, value) in more ?? []) extensions[key] = value;
        return TypedResults.Problem(text, statusCode: status, title: title, extensions: extensions);
    }

    /// <summary>Creates an exception that is sent as a response with this problem type.</summary>
    /// <inheritdoc cref="Result(object?[])"/>
    internal ProblemException Exception(params object?[] values) => new(this, Detail(values));

    internal string Detail(params object?[] values) => values.Length == 0 ? detail : string.Format(CultureInfo.InvariantCulture, detail, values);
}

/// <summary>
/// One error response: a problem type and the complete detail text. Instances in the metadata of a route are examples for the OpenAPI document.
/// </summary>
internal sealed record Problem(ProblemType Type, string Detail)
{
    /// <summary>Additional members of the problem details in the example, as a JSON object; null if there are none.</summary>
    internal string? MoreMembers { get; init; }

    internal ProblemHttpResult Result() => Type.ResultOf(Detail);

    internal ProblemException Exception() => new(Type, Detail);
}

/// <summary>An error that a request handler throws; it is sent as problem details.</summary>
internal sealed class ProblemException(ProblemType type, string detail) : Exception(detail)
{
    internal ProblemType Type => type;

    /// <summary>Time after which the client should retry, if known; sent as <c>Retry-After</c>.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}

/// <summary>Extension methods that declare the error responses of a route.</summary>
internal static class ProblemMetadata
{
    internal static T WithProblems<T>(this T route, params ProblemType[] types) where T : IEndpointConventionBuilder =>
        route.WithMetadata([.. types.Select(type => type.Example)]);

    internal static T WithProblems<T>(this T route, params Problem[] examples) where T : IEndpointConventionBuilder => route.WithMetadata([.. examples]);
}
