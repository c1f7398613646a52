namespace MnistService.Tests.Security;

/// <summary>Security headers of all responses, including errors.</summary>
public sealed class HeaderTests(KeyedService service) : IClassFixture<KeyedService>
{
    private const string Data = "default-src 'none'; frame-ancestors 'none'";

    [Theory]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("GET", "/models", 200)]
    [InlineData("GET", "/models/compare", 400)] // problem thrown as an exception
    [InlineData("GET", "/train?state=asleep", 422)] // problem returned as a result
    [InlineData("POST", "/predict", 400)]
    [InlineData("GET", "/metrics", 200)]
    [InlineData("PUT", "/predict", 405)]
    public async Task Data_may_do_nothing_in_a_browser(string method, string path, int status)
    {
        var answer = await service.Client.SendAsync(method, path, service.Admin);
        Assert.Equal(status, (int)answer.StatusCode);
        Check(answer);
        Assert.Equal(Data, Policy(answer));
    }

    [Fact]
    public async Task So_may_refusals()
    {
        foreach (var answer in new[]
        {
            await service.Client.SendAsync("GET", "/models"),
            await service.Client.SendAsync("GET", "/train", service.Predict),
            await service.Client.SendAsync("POST", "/predict", null, ("Origin", "https://example.com")),
        })
        {
            Assert.InRange((int)answer.StatusCode, 401, 403);
            Check(answer);
            Assert.Equal(Data, Policy(answer));
        }
    }

    [Theory]
    [InlineData("/", "style-src 'self';")]
    [InlineData("/nowhere", "style-src 'self';")]
    [InlineData("/swagger/index.html", "style-src 'self' 'unsafe-inline';")]
    [InlineData("/swagger/swagger-ui-bundle.js", "style-src 'self' 'unsafe-inline';")]
    public async Task A_page_runs_only_scripts_of_this_service_in_files_and_stands_in_no_frame(string path, string styles)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = service.Client.BaseAddress };
        var answer = await client.SendAsync("GET", path);
        Check(answer);
        foreach (var part in new[] { "default-src 'none';", "script-src 'self';", styles, "base-uri 'none';", "frame-ancestors 'none'" })
            Assert.Contains(part, Policy(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_is_too_frequent_has_them_too()
    {
        using var application = new ServiceApplication(("MnistService:Security:RequestsPerSecond:PerAddress", "1"));
        using var client = application.Start();
        HttpResponseMessage answer;
        do answer = await client.SendAsync("GET", "/models");
        while (answer.IsSuccessStatusCode);
        Assert.Equal(429, (int)answer.StatusCode);
        Check(answer);
        Assert.Equal(Data, Policy(answer));
    }

    private static string Policy(HttpResponseMessage answer) => answer.Headers.GetValues("Content-Security-Policy").Single();

    private static void Check(HttpResponseMessage answer)
    {
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }
}
