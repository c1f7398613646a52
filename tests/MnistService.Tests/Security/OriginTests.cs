using System.Net;

namespace MnistService.Tests.Security;

/// <summary>Cross-origin requests are rejected unless their origin is allowed.</summary>
public sealed class OriginTests
{
    private const string Friend = "https://digits.example.com";

    [Theory]
    [InlineData("https://example.com")]
    [InlineData("http://localhost:1")]
    [InlineData("null")]
    [InlineData("garbage")]
    public async Task A_page_from_elsewhere_may_not_send_anything(string origin)
    {
        await using var host = new SecuredHost();
        using var client = await host.StartAsync();
        await (await client.SendAsync("POST", "/predict", null, ("Origin", origin))).ProblemAsync(403, "origin_refused");
        await (await client.SendAsync("DELETE", "/nowhere", null, ("Origin", origin))).ProblemAsync(403, "origin_refused");
        var read = await client.SendAsync("GET", "/models", null, ("Origin", origin));
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        // Without CORS headers the browser hides the response from the page.
        Assert.DoesNotContain(read.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_services_own_pages_and_what_is_no_browser_may()
    {
        await using var host = new SecuredHost();
        using var client = await host.StartAsync();
        (await client.SendAsync("POST", "/predict")).EnsureSuccessStatusCode();
        (await client.SendAsync("POST", "/predict", null, ("Origin", $"http://{client.BaseAddress!.Authority}"))).EnsureSuccessStatusCode();
        // Behind a proxy that terminates TLS.
        (await client.SendAsync("POST", "/predict", null, ("Host", "digits:8443"), ("Origin", "https://digits:8443"))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_page_that_is_allowed_may_with_its_key_and_may_ask_first_without()
    {
        await using var host = new SecuredHost(null, ("MnistService:Security:AllowedOrigins:0", Friend));
        var key = Keys.Add(host.Folder, "page", "predict");
        using var client = await host.StartAsync();

        var asked = await client.SendAsync("OPTIONS", "/predict", null, ("Origin", Friend), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "x-api-key"));
        Assert.Equal(HttpStatusCode.NoContent, asked.StatusCode);
        Assert.Equal(Friend, asked.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("x-api-key", asked.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.OrdinalIgnoreCase);
        var sent = await client.SendAsync("POST", "/predict", key, ("Origin", Friend));
        Assert.Equal((HttpStatusCode.OK, Friend), (sent.StatusCode, sent.Headers.GetValues("Access-Control-Allow-Origin").Single()));
        await (await client.SendAsync("POST", "/predict", null, ("Origin", Friend))).ProblemAsync(401, "key_missing");

        var stranger = await client.SendAsync("OPTIONS", "/predict", null, ("Origin", "https://example.com"), ("Access-Control-Request-Method", "POST"));
        Assert.False(stranger.Headers.Contains("Access-Control-Allow-Origin"));
        await (await client.SendAsync("POST", "/predict", key, ("Origin", "https://example.com"))).ProblemAsync(403, "origin_refused");
    }

    [Theory]
    [InlineData("https://digits.example.com")]
    [InlineData("https://other.example.com;https://digits.example.com")]
    [InlineData("https://other.example.com, https://digits.example.com")]
    public async Task Allowed_origins_can_be_given_as_one_value(string origins)
    {
        await using var host = new SecuredHost(null, ("MnistService:Security:AllowedOrigins", origins));
        using var client = await host.StartAsync();
        var sent = await client.SendAsync("POST", "/predict", null, ("Origin", Friend));
        Assert.Equal((HttpStatusCode.OK, Friend), (sent.StatusCode, sent.Headers.GetValues("Access-Control-Allow-Origin").Single()));
        await (await client.SendAsync("POST", "/predict", null, ("Origin", "https://example.com"))).ProblemAsync(403, "origin_refused");
    }
}
