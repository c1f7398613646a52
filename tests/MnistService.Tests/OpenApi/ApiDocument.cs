using System.Text.Json.Nodes;
using MnistService.Tests.Security;
using MnistService.TestSupport;

namespace MnistService.Tests.OpenApi;

/// <summary>The committed OpenAPI document. Every problem that a test receives must be documented in it.</summary>
internal static class ApiDocument
{
    /// <summary>Set this environment variable to 1 to write the served document to the file, after a change of the interface.</summary>
    internal const string Update = "UPDATE_OPENAPI";

    private static readonly Lazy<JsonNode> Document = new(() => JsonNode.Parse(File.ReadAllText(FilePath))!);

    /// <summary>A route that only a test host has, and the metrics, which have the format of Prometheus and not of the document.</summary>
    private static readonly string[] Undocumented = [SecuredHost.Undeclared, "/metrics"];

    internal static string FilePath => Path.Combine(MnistLocation.Root, "src", "MnistService", "openapi.json");

    /// <summary>Asserts that the operation, or the document as a whole, documents the problem. Requests without an operation have only the latter.</summary>
    internal static void AssertDocuments(HttpRequestMessage? request, int status, string code)
    {
        if (EverywhereOf(Document.Value).Contains(code)) return;
        Assert.NotNull(request?.RequestUri);
        var path = request.RequestUri.IsAbsoluteUri ? request.RequestUri.AbsolutePath : request.RequestUri.OriginalString;
        if (Undocumented.Contains(path)) return;
        var operation = Find(request.Method.Method, path);
        var examples = operation?["responses"]?[status.ToString(System.Globalization.CultureInfo.InvariantCulture)]?["content"]?["application/problem+json"]?["examples"] as JsonObject;
        Assert.True(examples?.ContainsKey(code) == true, $"{request.Method} {path}: {status} {code} is not documented.");
    }

    /// <summary>Codes that any address can respond with, from the document's description.</summary>
    private static HashSet<string> EverywhereOf(JsonNode document) =>
        [.. ((string)document["info"]!["description"]!).Split('`').Where((_, part) => part % 2 == 1)];

    private static JsonNode? Find(string method, string path)
    {
        var segments = path.Trim('/').Split('/');
        var routes =
            from route in Document.Value["paths"]!.AsObject()
            let parts = route.Key.Trim('/').Split('/')
            where parts.Length == segments.Length && parts.Zip(segments).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second)
            orderby parts.Count(part => part.StartsWith('{'))
            select route.Value;
        return routes.FirstOrDefault()?[method.ToLowerInvariant()];
    }
}
