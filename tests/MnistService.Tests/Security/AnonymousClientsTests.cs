using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using MnistService.Security;
using MnistService.Startup;

namespace MnistService.Tests.Security;

/// <summary>Access control while no API keys exist.</summary>
public sealed class AnonymousClientsTests
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");

    [Fact]
    public async Task This_machine_is_served()
    {
        await using var host = new SecuredHost();
        using var client = await host.StartAsync();
        Assert.Equal("digit", await client.GetStringAsync("/models", TestHttp.Cancellation));
    }

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("::ffff:192.0.2.7")]
    [InlineData("2001:db8::1")]
    public async Task Another_machine_is_told_how_to_be_served_and_sees_what_is_open(string address)
    {
        await using var host = new SecuredHost(IPAddress.Parse(address));
        using var client = await host.StartAsync();
        Assert.Equal("open", await client.GetStringAsync("/open", TestHttp.Cancellation));
        var answer = await client.SendAsync("GET", "/models", null, ("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=127.0.0.1"));
        var detail = (string?)(await answer.ProblemAsync(401, "key_missing"))["detail"];
        Assert.Contains("keys add", detail, StringComparison.Ordinal);
        Assert.Contains("MnistService:Security:AllowAnonymous", detail, StringComparison.Ordinal);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task AllowAnonymous_serves_everybody_until_there_are_keys()
    {
        await using var host = new SecuredHost(Elsewhere, ("MnistService:Security:AllowAnonymous", "true"));
        using var client = await host.StartAsync();
        Assert.Equal("digit", await client.GetStringAsync("/models", TestHttp.Cancellation));
        var key = Keys.Add(host.Folder, "kiosk", "predict");
        await TestHttp.EventuallyAsync(async () => (await client.SendAsync("GET", "/models")).StatusCode == HttpStatusCode.Unauthorized);
        (await client.SendAsync("GET", "/models", key)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_route_that_does_not_say_who_may_call_it_is_closed_to_every_key()
    {
        await using var host = new SecuredHost();
        var key = Keys.Add(host.Folder, "operator", "admin");
        using var client = await host.StartAsync();
        await (await client.SendAsync("GET", "/undeclared")).ProblemAsync(401, "key_missing");
        await (await client.SendAsync("GET", "/undeclared", key)).ProblemAsync(403, "scope_missing");
    }

    [Fact]
    public async Task A_page_that_took_this_address_for_its_own_name_is_refused_unless_the_name_is_allowed()
    {
        await using var host = new SecuredHost();
        using var client = await host.StartAsync();
        var detail = (string?)(await (await client.SendAsync("GET", "/models", null, ("Host", "rebound.example.com"))).ProblemAsync(403, "host_refused"))["detail"];
        Assert.Contains("AllowedHosts", detail, StringComparison.Ordinal);

        await using var named = new SecuredHost(null, ("AllowedHosts", "digits.example.com"));
        using var itsClient = await named.StartAsync();
        (await itsClient.SendAsync("GET", "/models", null, ("Host", "digits.example.com"))).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.BadRequest, (await itsClient.SendAsync("GET", "/models", null, ("Host", "rebound.example.com"))).StatusCode);
    }

    /// <summary>Measures the cost per request of security checks that are not configured.</summary>
    [Fact]
    public void Without_keys_and_limits_the_gates_allocate_nothing()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.Configure<DataOptions>(data => data.Directory = Path.GetTempPath());
        builder.Services.AddSecurity();
        using var app = builder.Build();
        var reached = 0;
        RequestDelegate next = _ =>
        {
            reached++;
            return Task.CompletedTask;
        };
        app.UseSecurity();
        app.Run(next);
        var pipeline = ((IApplicationBuilder)app).Build();
        var http = new DefaultHttpContext { RequestServices = app.Services };
        http.Request.Method = "POST";
        http.Request.Headers.Host = "127.0.0.1:8080";
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        http.SetEndpoint(new RouteEndpoint(next, RoutePatternFactory.Parse("/predict"), 0, new EndpointMetadataCollection(new AuthorizeAttribute("predict")), null));
        Task Send() => pipeline(http);

        const int Requests = 1000;
        for (var i = 0; i < Requests; i++) Assert.True(Send().IsCompletedSuccessfully);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Requests; i++) _ = Send();
        Assert.Equal((0, 2 * Requests), (GC.GetAllocatedBytesForCurrentThread() - before, reached));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:8080", true)]
    [InlineData("digits.localhost:8080", true)]
    [InlineData("127.0.0.1:8080", true)]
    [InlineData("192.168.1.5", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("mnistservice:8080", true)]
    [InlineData("", true)]
    [InlineData("example.com", false)]
    [InlineData("example.com:8080", false)]
    [InlineData("127.0.0.1.example.com", false)]
    [InlineData("localhost.example.com:8080", false)]
    [InlineData("notlocalhost.", false)]
    public void A_host_is_harmless_when_nobody_can_register_it(string host, bool harmless) => Assert.Equal(harmless, AnonymousClients.IsHarmless(host));

    [Theory]
    [InlineData("http://localhost:8080", false)]
    [InlineData("http://127.0.0.1:8080", false)]
    [InlineData("http://127.0.0.2:8080", false)]
    [InlineData("http://[::1]:8080", false)]
    [InlineData("http://unix:/run/mnist.sock", false)]
    [InlineData("http://[::]:8080", true)]
    [InlineData("http://0.0.0.0:8080", true)]
    [InlineData("http://*:8080", true)]
    [InlineData("https://192.168.1.5:443", true)]
    public void An_address_beyond_this_machine_is_warned_of(string address, bool open) => Assert.Equal(open, OpenAddressWarning.IsOpen(address));
}
