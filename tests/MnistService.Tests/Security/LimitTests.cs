using System.Net;
using MnistService.Connections;

namespace MnistService.Tests.Security;

/// <summary>Rate limits per key and per address, the limit on wrong keys, and the response beyond a limit.</summary>
public sealed class LimitTests
{
    private const int Burst = 5;

    /// <summary>Requests per flood: more than a token bucket holds and gains meanwhile, on any machine that responds within a second.</summary>
    private const int Many = 500;

    [Fact]
    public async Task A_key_that_sends_more_than_it_may_waits_as_long_as_it_is_told_and_another_does_not()
    {
        await using var host = new SecuredHost(null, ("MnistService:Security:RequestsPerSecond:PerKey", "1"));
        var (busy, calm) = (Keys.Add(host.Folder, "busy", "predict"), Keys.Add(host.Folder, "calm", "predict"));
        using var client = await host.StartAsync();

        var (served, refused) = await FloodAsync(client, busy, HttpStatusCode.OK);
        Assert.True(served >= Burst, $"{served} at once");
        var detail = (string?)(await refused.ProblemAsync(429, "rate_limited"))["detail"];
        Assert.Contains("'busy'", detail, StringComparison.Ordinal);
        Assert.Contains("RequestsPerSecond:PerKey", detail, StringComparison.Ordinal);
        (await client.SendAsync("GET", "/models", calm)).EnsureSuccessStatusCode();

        var wait = refused.Headers.RetryAfter!.Delta!.Value;
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        await Task.Delay(wait, TestHttp.Cancellation);
        (await client.SendAsync("GET", "/models", busy)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task An_address_that_sends_more_than_it_may_is_refused_whatever_its_key_but_not_what_is_open()
    {
        await using var host = new SecuredHost(null, ("MnistService:Security:RequestsPerSecond:PerAddress", "1"));
        using var client = await host.StartAsync();
        var (served, refused) = await FloodAsync(client, null, HttpStatusCode.OK);
        Assert.True(served >= Burst, $"{served} at once");
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains("RequestsPerSecond:PerAddress", (string?)(await refused.ProblemAsync(429, "rate_limited"))["detail"], StringComparison.Ordinal);
        (await client.SendAsync("GET", "/open")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Wrong_keys_are_soon_answered_429_and_the_right_one_beside_them_is_not()
    {
        await using var host = new SecuredHost(null, ("MnistService:Security:FailuresPerSecond", "1"));
        var key = Keys.Add(host.Folder, "kiosk", "predict");
        using var client = await host.StartAsync();
        var (answered, refused) = await FloodAsync(client, "mnist_guess", HttpStatusCode.Unauthorized);
        Assert.True(answered >= Burst, $"{answered} at once");
        Assert.NotNull(refused.Headers.RetryAfter);
        await refused.ProblemAsync(429, "rate_limited");
        (await client.SendAsync("GET", "/models", key)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Wrong_keys_are_limited_unless_told_otherwise()
    {
        await using var host = new SecuredHost();
        Keys.Add(host.Folder, "kiosk", "predict");
        using var client = await host.StartAsync();
        const int AtOnce = 64, Rounds = 100;
        for (var round = 0; round < Rounds; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => client.SendAsync("GET", "/models", "mnist_guess")));
            if (answers.Any(answer => answer.StatusCode == HttpStatusCode.TooManyRequests)) return;
        }
        Assert.Fail("6,400 guesses were all answered 401.");
    }

    [Theory]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("127.0.0.1", null, true)]
    public void Addresses_that_one_client_has_count_as_one(string first, string? second, bool same) => Assert.Equal(
        same, ClientNetwork.PrefixOf(IPAddress.Parse(first)) == ClientNetwork.PrefixOf(second is null ? null : IPAddress.Parse(second)));

    [Theory]
    [InlineData("MnistService:Security:RequestsPerSecond:PerKey", "-1")]
    [InlineData("MnistService:Security:RequestsPerSecond:PerAddress", "1000001")]
    [InlineData("MnistService:Security:FailuresPerSecond", "-1")]
    [InlineData("MnistService:Security:AllowedOrigins:0", "*")]
    [InlineData("MnistService:Security:AllowedOrigins:0", "https://example.com/")]
    [InlineData("MnistService:Security:AllowedOrigins:0", "example.com")]
    public async Task A_bad_setting_stops_the_start_and_is_named(string name, string value)
    {
        var failure = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(async () =>
        {
            await using var host = new SecuredHost(null, (name, value));
            await host.StartAsync();
        });
        Assert.StartsWith(name.TrimEnd('0').TrimEnd(':'), Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    /// <returns>The number of responses with the usual status before the first 429, and that 429 response.</returns>
    private static async Task<(int Answered, HttpResponseMessage Refused)> FloodAsync(HttpClient client, string? key, HttpStatusCode usual)
    {
        for (var sent = 0; sent < Many; sent++)
        {
            var answer = await client.SendAsync("GET", "/models", key);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) return (sent, answer);
            Assert.Equal(usual, answer.StatusCode);
        }
        throw new InvalidOperationException($"{Many} requests were all answered.");
    }
}
