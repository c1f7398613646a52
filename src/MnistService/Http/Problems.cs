using Microsoft.AspNetCore.Http.HttpResults;

namespace MnistService.Http;

/// <summary>
/// Creates RFC 9457 problem details with a stable, machine-readable <c>code</c> and a human-readable <c>detail</c> that contains the evidence.
/// </summary>
internal static class Problems
{
    internal static ProblemHttpResult Create(int status, string code, string title, string detail, IEnumerable<KeyValuePair<string, object?>>? more = null)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        foreach (var (key, value) in more ?? []) extensions[key] = value;
        return TypedResults.Problem(detail, statusCode: status, title: title, extensions: extensions);
    }
}
