using Microsoft.AspNetCore.Http.HttpResults;

namespace MnistService.Http;

/// <summary>RFC 9457 problem details with a stable <c>code</c> for programs and a <c>detail</c> that carries the evidence for people.</summary>
internal static class Problems
{
    internal static ProblemHttpResult Create(int status, string code, string title, string detail, IEnumerable<KeyValuePair<string, object?>>? more = null)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        foreach (var (key, value) in more ?? []) extensions[key] = value;
        return TypedResults.Problem(detail, statusCode: status, title: title, extensions: extensions);
    }
}
