using System.Net;
using MnistService.Drawings;
using MnistService.TestSupport;

namespace MnistService.Tests.Predict;

/// <summary>
/// Overload: some requests are rejected immediately with a Retry-After header; the others, and all requests with small images, are answered normally.
/// </summary>
public sealed class OverloadTests(OverloadTests.Narrow fixture) : IClassFixture<OverloadTests.Narrow>
{
    /// <summary>A service that admits at most two large images per decode thread, and has a memory budget of 1.2 MB for request bodies.</summary>
    public sealed class Narrow : IAsyncDisposable
    {
        internal ServiceApplication Application { get; } = new(("MnistService:Predict:MaxDecodeWait", "00:00:00"), ("MnistService:Predict:MaxBytesInFlight", "1200000"));

        public ValueTask DisposeAsync() => Application.DisposeAsync();
    }

    // More clients than the number of images that are ever admitted at a time.
    private static readonly int Clients = 32 * Environment.ProcessorCount;
    private static readonly byte[] Page = new Scene("page", 1000, 800, 500, 30).Draw(4, new Random(1));
    private static readonly byte[] Small = new Scene("small", 28, 28, 20, 2.4f).Draw(7, new Random(2));

    [Fact]
    public async Task Large_pictures_are_answered_or_refused_at_once_and_small_ones_are_all_answered()
    {
        using var client = fixture.Application.Start();
        var pages = Enumerable.Range(0, Clients).Select(_ => client.PostAsync("/predict", TestHttp.Body(Page), TestHttp.Cancellation)).ToArray();
        var small = Enumerable.Range(0, Clients).Select(_ => client.PostAsync("/predict", TestHttp.Body(Small), TestHttp.Cancellation)).ToArray();
        Assert.All(await Task.WhenAll(small), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));

        var refused = 0;
        foreach (var answer in await Task.WhenAll(pages))
        {
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                Assert.Equal(4, (int)(await answer.JsonAsync())["digit"]!);
                continue;
            }
            var code = (string?)(await answer.JsonAsync(HttpStatusCode.TooManyRequests))["code"];
            Assert.Contains(code, new[] { "queue_full", "bodies_too_large" }); // the limit on decode time, or the memory budget
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
            refused++;
        }
        Assert.InRange(refused, 1, Clients - 1);
        Assert.Equal(4, (int)(await (await client.PostAsync("/predict", TestHttp.Body(Page), TestHttp.Cancellation)).JsonAsync())["digit"]!);
    }

    [Fact]
    public async Task A_form_that_was_accepted_is_answered_whole()
    {
        using var client = fixture.Application.Start();
        var form = TestHttp.Form([.. Enumerable.Range(0, 20).Select(i => ($"{i}.png", Page))]);
        HttpResponseMessage answer;
        // Images of the other tests may still occupy the decode threads, so that the first image is rejected.
        while ((answer = await client.PostAsync("/predict", form, TestHttp.Cancellation)).StatusCode == HttpStatusCode.TooManyRequests) await Task.Delay(100, TestHttp.Cancellation);
        Assert.All((await answer.JsonAsync())["predictions"]!.AsArray(), prediction => Assert.Equal(4, (int)prediction!["digit"]!));
    }

    [Fact]
    public async Task Bodies_that_would_fill_the_memory_are_refused_and_give_back_what_they_took()
    {
        using var client = fixture.Application.Start();
        for (var i = 0; i < 3; i++)
        {
            var refusal = await client.PostAsync("/predict", TestHttp.Body(RandomBytes.Create(5_000_000, seed: 1)), TestHttp.Cancellation);
            await refusal.ProblemAsync(429, "bodies_too_large");
            Assert.NotNull(refusal.Headers.RetryAfter);
        }
        var half = await client.PostAsync("/predict", TestHttp.Body(RandomBytes.Create(500_000, seed: 1)), TestHttp.Cancellation);
        await half.ProblemAsync(400, "picture_unreadable");
    }
}
