using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MnistService.Tests;

/// <summary>Helpers for tests of the HTTP contract.</summary>
internal static class TestHttp
{
    internal static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static ByteArrayContent Body(byte[] bytes, string? type = null)
    {
        var body = new ByteArrayContent(bytes);
        if (type is not null) body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return body;
    }

    internal static MultipartFormDataContent Form(params (string Name, byte[] Bytes)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, bytes) in files) form.Add(Body(bytes, "application/octet-stream"), "file", name);
        return form;
    }

    internal static async Task<JsonNode> JsonAsync(this HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode} instead of {(int)expected}: {text}");
        return JsonNode.Parse(text)!;
    }

    internal static async Task<JsonNode> GetJsonAsync(this HttpClient client, string path) => await (await client.GetAsync(path, Cancellation)).JsonAsync();

    /// <summary>Asserts that the response is a problem with this status and code, a title and a detail, and returns its JSON.</summary>
    internal static async Task<JsonNode> ProblemAsync(this HttpResponseMessage response, int status, string code)
    {
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal((status, code), ((int)problem["status"]!, (string)problem["code"]!));
        Assert.False(string.IsNullOrWhiteSpace((string?)problem["title"]));
        Assert.False(string.IsNullOrWhiteSpace((string?)problem["detail"]));
        OpenApi.ApiDocument.AssertDocuments(response.RequestMessage, status, code);
        return problem;
    }

    internal static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>Polls the condition every 20 ms until it holds. Fails after 2 minutes, which is enough for a busy machine.</summary>
    internal static async Task EventuallyAsync(Func<Task<bool>> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await isSo()) await Task.Delay(20, patience.Token);
    }

    internal static JsonElement ToElement(this JsonNode node) => node.Deserialize<JsonElement>();
}
