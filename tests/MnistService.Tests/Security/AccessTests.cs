using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MnistService.Security;

namespace MnistService.Tests.Security;

/// <summary>Authorization of all routes: which scopes each route accepts.</summary>
public sealed class AccessTests(KeyedService service) : IClassFixture<KeyedService>
{
    private const string Unknown = "mnist_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private static readonly string[] Open = ["GET /", "GET /health/live", "GET /health/ready", "GET /version"];

    [Theory]
    [MemberData(nameof(GuardedRoutes.All), MemberType = typeof(GuardedRoutes))]
    public async Task A_route_is_open_to_its_scope_and_closed_to_all_else(string method, string route, string scope)
    {
        var path = route.Replace("{id}", "none", StringComparison.Ordinal);

        var none = await service.Client.SendAsync(method, path);
        await none.ProblemAsync(401, "key_missing");
        Assert.Equal("Bearer realm=\"MnistService\"", none.Headers.WwwAuthenticate.ToString());
        var wrong = await service.Client.SendAsync(method, path, Unknown);
        await wrong.ProblemAsync(401, "key_unknown");
        Assert.Equal("Bearer realm=\"MnistService\", error=\"invalid_token\"", wrong.Headers.WwwAuthenticate.ToString());

        foreach (var (name, key, scopes) in new[] { ("kiosk", service.Predict, "predict"), ("lab", service.Train, "train"), ("operator", service.Admin, "predict train admin") })
        {
            var answer = await service.Client.SendAsync(method, path, key);
            if (scopes.Contains(scope, StringComparison.Ordinal))
            {
                Assert.False(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"{name}: {answer.StatusCode}");
                continue;
            }
            var detail = (string?)(await answer.ProblemAsync(403, "scope_missing"))["detail"];
            Assert.Contains($"scope {scope}", detail, StringComparison.Ordinal);
            Assert.Contains($"'{name}'", detail, StringComparison.Ordinal);
            Assert.Contains("insufficient_scope", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_endpoint_has_a_policy_or_is_explicitly_open_and_is_tested_here()
    {
        var known = GuardedRoutes.All.Select(row => (Name: $"{row.Data.Item1} {row.Data.Item2}", Scope: row.Data.Item3)).ToDictionary(row => row.Name, row => row.Scope);
        var routes = service.Application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        var tested = 0;
        foreach (var route in routes)
        {
            var policy = AuthorizationPolicies.Of(route);
            var isOpen = route.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            Assert.True(isOpen != policy is not null, $"{route.DisplayName} must have a policy or be open");
            var path = $"/{route.RoutePattern.RawText!.Trim('/')}";
            if (path == "/metrics")
            {
                Assert.Equal(AuthorizationPolicies.AnyKey, policy);
                continue;
            }
            foreach (var method in route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)
            {
                var name = $"{method} {path}";
                if (isOpen)
                {
                    Assert.Contains(name, Open);
                    continue;
                }
                Assert.True(known.TryGetValue(name, out var expected), $"{name} is not tested");
                Assert.Equal(expected, policy);
                tested++;
            }
        }
        Assert.Equal(known.Count, tested);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/version")]
    [InlineData("/swagger/index.html")]
    [InlineData("/swagger/v1/swagger.json")]
    public async Task Pages_and_health_need_no_key(string path) => (await service.Client.SendAsync("GET", path)).EnsureSuccessStatusCode();

    [Fact]
    public async Task Metrics_need_a_key_of_any_scope_which_Prometheus_sends_as_a_bearer()
    {
        await (await service.Client.SendAsync("GET", "/metrics")).ProblemAsync(401, "key_missing");
        foreach (var key in new[] { service.Predict, service.Train, service.Admin })
            (await service.Client.SendAsync("GET", "/metrics", null, ("Authorization", $"Bearer {key}"))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_key_comes_in_one_header_or_the_other_and_not_in_the_address()
    {
        (await service.Client.SendAsync("GET", "/models", service.Predict)).EnsureSuccessStatusCode();
        (await service.Client.SendAsync("GET", "/models", null, ("Authorization", $"bearer {service.Predict}"))).EnsureSuccessStatusCode();
        (await service.Client.SendAsync("GET", "/models", service.Predict, ("Authorization", "Basic dXNlcjpwYXNz"))).EnsureSuccessStatusCode();
        await (await service.Client.SendAsync("GET", $"/models?X-API-Key={service.Predict}&key={service.Predict}&access_token={service.Predict}")).ProblemAsync(401, "key_missing");
    }

    [Fact]
    public async Task Two_keys_are_refused_even_if_they_are_the_same()
    {
        await (await service.Client.SendAsync("GET", "/models", service.Predict, ("Authorization", $"Bearer {service.Predict}"))).ProblemAsync(400, "key_ambiguous");
        await (await service.Client.SendAsync("GET", "/models", service.Predict, ("x-api-key", service.Admin))).ProblemAsync(400, "key_ambiguous");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task An_empty_key_is_none(string key) => await (await service.Client.SendAsync("GET", "/models", null, ("X-API-Key", key))).ProblemAsync(401, "key_missing");

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(15_000)]
    public async Task A_long_key_is_unknown(int characters) => await (await service.Client.SendAsync("GET", "/models", new string('k', characters))).ProblemAsync(401, "key_unknown");

    [Fact]
    public async Task An_answer_for_a_key_stays_in_no_cache() =>
        Assert.True((await service.Client.SendAsync("GET", "/models", service.Predict)).Headers.CacheControl?.NoStore);

    [Fact]
    public async Task What_is_not_there_is_said_without_a_key()
    {
        await (await service.Client.SendAsync("GET", "/nowhere")).ProblemAsync(404, "not_found");
        await (await service.Client.SendAsync("PUT", "/predict")).ProblemAsync(405, "method_not_allowed");
    }

    [Fact]
    public async Task The_document_has_a_lock_on_each_route_that_needs_a_key()
    {
        var document = await service.Client.GetJsonAsync("/swagger/v1/swagger.json");
        Assert.Equal(["Bearer", "Key"], document["components"]!["securitySchemes"]!.AsObject().Select(scheme => scheme.Key).Order());
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                var isOpen = Open.Contains($"{method.ToUpperInvariant()} {path}");
                Assert.True(isOpen == operation!["security"] is not JsonArray { Count: 2 }, $"{method} {path}");
                Assert.True(isOpen || operation["responses"]!["401"] is not null && operation["responses"]!["403"] is not null, $"{method} {path}");
            }
        }
    }
}
