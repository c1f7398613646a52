using System.Net;
using MnistService.Tests.BadInputs;

namespace MnistService.Tests.Http;

/// <summary>HEAD is answered wherever GET is: the same status and headers, and no body.</summary>
public sealed class HeadRequestTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private HttpClient Client => application.Start();

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/version")]
    [InlineData("/metrics")]
    [InlineData("/models")]
    [InlineData("/models/current")]
    [InlineData("/train")]
    [InlineData("/train/recipe")]
    [InlineData("/datasets")]
    [InlineData("/submissions")]
    [InlineData("/")]
    [InlineData("/swagger/v1/swagger.json")]
    [InlineData("/models/none")]
    [InlineData("/train/none/events")]
    [InlineData("/nowhere")]
    [InlineData("/predict")]
    public async Task Head_has_the_status_and_the_type_of_get_and_no_body(string path)
    {
        using var get = await Client.GetAsync(path, TestHttp.Cancellation);
        using var raw = await RawClient.ConnectAsync(Client.BaseAddress!);
        await raw.SendAsync($"HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        var text = await raw.ReadToEndAsync();
        Assert.StartsWith($"HTTP/1.1 {(int)get.StatusCode} ", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", text, StringComparison.Ordinal);
        Assert.Single(text.Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries));
        if (get.Content.Headers.ContentType is { } type) Assert.Contains($"Content-Type: {type.MediaType}", text, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Of the OpenAPI document, so that a new route is covered.</summary>
    [Fact]
    public async Task No_get_route_answers_head_with_405()
    {
        var paths = (await Client.GetJsonAsync("/swagger/v1/swagger.json"))["paths"]!.AsObject();
        var routes = paths.Where(path => path.Value!["get"] is not null).Select(path => path.Key).ToList();
        Assert.True(routes.Count > 15);
        foreach (var route in routes)
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, System.Text.RegularExpressions.Regex.Replace(route, "{[^}]*}", "none"));
            using var answer = await Client.SendAsync(request, TestHttp.Cancellation);
            Assert.True(answer.StatusCode != HttpStatusCode.MethodNotAllowed, route);
            Assert.Null(paths[route]!["head"]); // it goes without saying
        }
    }

    [Fact]
    public async Task The_next_request_on_the_connection_of_a_head_is_answered()
    {
        using var raw = await RawClient.ConnectAsync(Client.BaseAddress!);
        await raw.SendAsync("HEAD /health/live HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        var text = await raw.ReadToEndAsync();
        Assert.Equal(2, text.Split("HTTP/1.1 200").Length - 1);
        Assert.Equal(1, text.Split("{\"status\":\"live\"}").Length - 1);
    }
}
