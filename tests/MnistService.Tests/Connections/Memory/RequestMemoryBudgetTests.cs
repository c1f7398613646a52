using Microsoft.Extensions.DependencyInjection;
using MnistService.Connections.Memory;
using MnistService.Tests.BadInputs;

namespace MnistService.Tests.Connections.Memory;

/// <summary>
/// Request memory budget on real Kestrel with a small limit: bodies count from their first bytes, their memory is returned, and slow ones are cut.
/// </summary>
public sealed class RequestMemoryBudgetTests : IAsyncDisposable
{
    private const int Budget = 800_000; // bytes, of which 200,000 are reserved for small bodies

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServiceApplication _application = new(("MnistService:Predict:MaxBytesInFlight", $"{Budget}"));
    private readonly HttpClient _client;
    private readonly RequestMemoryBudget _memory;

    public RequestMemoryBudgetTests()
    {
        _client = _application.Start();
        _memory = _application.Services.GetRequiredService<RequestMemoryBudget>();
    }

    [Theory]
    [InlineData("POST /predict", "Content-Length: 2000", 1_000)]
    [InlineData("POST /predict", "Content-Length: 50000", 40_000)]
    [InlineData("POST /predict", "Content-Length: 300000", 100_000)]
    [InlineData("POST /predict", "Transfer-Encoding: chunked", 40_000)]
    [InlineData("POST /predict", "Content-Length: 50000\r\nContent-Encoding: gzip", 10)]
    [InlineData("POST /predict", "Content-Length: 50000\r\nContent-Type: multipart/form-data; boundary=x", 4_000)]
    [InlineData("POST /train", "Content-Length: 50000\r\nContent-Type: application/json", 40_000)]
    [InlineData("POST /models", "Content-Length: 300000", 100_000)]
    public async Task A_body_is_counted_while_it_arrives_and_given_back_when_its_client_goes(string request, string headers, int sent)
    {
        using var client = await RawClient.ConnectAsync(_client.BaseAddress!);
        var body = new byte[sent];
        if (headers.Contains("gzip", StringComparison.Ordinal)) new byte[] { 0x1f, 0x8b, 8 }.CopyTo(body, 0); // a gzip header without compressed data
        await client.SendAsync($"{request} HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n");
        if (headers.Contains("chunked", StringComparison.Ordinal)) await client.SendChunksAsync([body]);
        else await client.SendAsync(body);
        await UntilAsync(() => _memory.Taken >= sent);
        client.Reset();
        await UntilAsync(() => _memory.Taken == 0);
    }

    [Fact]
    public void Optional_memory_is_taken_only_if_it_is_free()
    {
        using var first = _memory.Begin();
        using var second = _memory.Begin();
        Assert.True(first.TryGrowNow(500_000));
        Assert.False(second.TryGrowNow(200_000)); // of 600,000 for large bodies
        Assert.Equal(500_000, _memory.Taken);
        Assert.True(second.TryGrowNow(60_000)); // from the part for small bodies
        first.Dispose();
        Assert.True(second.TryGrowNow(600_000));
        Assert.Equal(600_000, _memory.Taken);
    }

    [Fact]
    public async Task Large_bodies_that_hold_the_budget_do_not_keep_small_ones_out()
    {
        using var large = await BeginAsync(1_000_000, 100_000);
        await UntilAsync(() => _memory.Taken >= 100_000);
        using var refused = await BeginAsync(1_000_000, 999_999);
        using var small = await BeginAsync(20_000, 10_000);
        await small.SendAsync(new byte[10_000]);
        (await small.ReadAsync()).Problem(400, "picture_unreadable");
        var refusal = await refused.ReadAsync();
        refusal.Problem(429, "bodies_too_large");
        Assert.Equal("1", refusal.Headers["Retry-After"]);
    }

    [Fact]
    public async Task A_body_that_dawdles_is_cut_when_its_memory_is_needed()
    {
        var dawdling = await BeginAsync(300_000, 140_000); // takes 262,144 bytes of memory, then sends nothing more
        await UntilAsync(() => _memory.Taken >= 140_000);
        for (var end = DateTime.UtcNow + Patience; ; await Task.Delay(100, TestHttp.Cancellation))
        {
            using var answer = await _client.PostAsync("/predict", TestHttp.Body(new byte[250_000]), TestHttp.Cancellation);
            if ((int)answer.StatusCode == 400) break;
            await answer.ProblemAsync(429, "bodies_too_large");
            Assert.True(DateTime.UtcNow < end, "The body that dawdles was not cut.");
        }
        var cut = await dawdling.ReadAsync();
        Assert.Contains("more slowly than", (string?)cut.Problem(429, "bodies_too_large")["detail"], StringComparison.Ordinal);
        Assert.Equal("close", cut.Headers["Connection"]);
        dawdling.Dispose();
        await UntilAsync(() => _memory.Taken == 0);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    private async Task<RawClient> BeginAsync(int length, int sent)
    {
        var client = await RawClient.ConnectAsync(_client.BaseAddress!);
        await client.SendAsync($"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
        await client.SendAsync(new byte[sent]);
        return client;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var end = DateTime.UtcNow + Patience; !holds(); await Task.Delay(10, TestHttp.Cancellation)) Assert.True(DateTime.UtcNow < end, "It did not come to be.");
    }
}
