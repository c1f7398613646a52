using System.Net;
using System.Net.Http.Json;
using MnistService.Tests.BadInputs;
using MnistService.Tests.Security;
using MnistService.TestSupport;

namespace MnistService.Tests.TrainingJobs;

/// <summary>Streams of <c>GET /train/{id}/events</c>: cost of many streams, limits on their number, and the events that end them.</summary>
[Collection(AloneCollection.Name)]
public sealed class JobWatcherTests
{
    /// <summary>Maximum time from a change of the API keys to the end of the streams that the keys no longer allow.</summary>
    private static readonly TimeSpan KeyChange = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Fifty_watchers_of_a_job_read_the_database_no_more_often_than_one()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
        using var client = application.Start();
        var id = await StartQueuedAsync(client);
        var watchers = new List<HttpResponseMessage>();
        for (var i = 0; i < 50; i++) watchers.Add(await WatchAsync(client, id, HttpStatusCode.OK));
        using var queries = new QueryCounter();
        await Task.Delay(TimeSpan.FromSeconds(3), TestHttp.Cancellation);
        Assert.InRange(queries.Count, 0, 50); // one database reader per stream would execute about 600 queries
        foreach (var watcher in watchers) watcher.Dispose();
    }

    [Fact]
    public async Task Watchers_that_leave_at_once_read_the_database_no_more_often_than_one()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
        using var client = application.Start();
        var id = await StartQueuedAsync(client);
        await WatchBrieflyAsync();
        using var queries = new QueryCounter();
        for (var i = 0; i < 100; i++) await WatchBrieflyAsync();
        Assert.InRange(queries.Count, 0, 50); // one query per stream would be 100, plus those of the running job

        async Task WatchBrieflyAsync()
        {
            using var raw = await RawClient.ConnectAsync(client.BaseAddress!);
            await raw.SendAsync($"GET /train/{id}/events HTTP/1.1\r\nHost: x\r\n\r\n");
            await TestHttp.EventuallyAsync(() => Task.FromResult(raw.IsAnswered));
            await raw.SendAsync("data behind the request ends the stream");
            Assert.Contains("event: state\n", await raw.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("MaxWatchers")]
    [InlineData("MaxWatchersPerAddress")]
    public async Task More_watchers_than_the_setting_are_refused_until_one_leaves(string setting)
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn(($"MnistService:Training:{setting}", "2")).WithMnist();
        using var client = application.Start();
        var id = await StartAsync(client);
        using var first = await WatchAsync(client, id, HttpStatusCode.OK);
        using var second = await WatchAsync(client, id, HttpStatusCode.OK);
        using (var third = await WatchAsync(client, id, HttpStatusCode.TooManyRequests))
        {
            Assert.Contains($"MnistService:Training:{setting}", (string?)(await third.ProblemAsync(429, "too_many_watchers"))["detail"], StringComparison.Ordinal);
            Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        }
        var metrics = await client.GetStringAsync("/metrics", TestHttp.Cancellation);
        Assert.Matches(@"(?m)^mnist_training_watchers(\{[^}]*\})? 2\b", metrics);
        Assert.Matches(@"(?m)^mnist_training_watchers_refused_total(\{[^}]*\})? 1\b", metrics);
        (await client.GetAsync($"/train/{id}", TestHttp.Cancellation)).EnsureSuccessStatusCode(); // the limit applies only to streams

        first.Dispose();
        await TestHttp.EventuallyAsync(async () =>
        {
            using var again = await WatchAsync(client, id);
            return again.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task A_stream_ends_when_its_key_is_removed_and_one_with_another_key_goes_on()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
        var (leaving, staying) = (Keys.Add(application.Folder, "leaving", "train"), Keys.Add(application.Folder, "staying", "train"));
        using var client = application.Start();
        client.DefaultRequestHeaders.Add("X-API-Key", staying);
        var id = await StartAsync(client);
        using var kept = await WatchAsync(client, id, HttpStatusCode.OK);
        client.DefaultRequestHeaders.Clear();
        client.DefaultRequestHeaders.Add("X-API-Key", leaving);
        using var ended = await WatchAsync(client, id, HttpStatusCode.OK);
        var reading = ReadToEndAsync(ended);

        Keys.Remove(application.Folder, "leaving");

        await reading.WaitAsync(KeyChange, TestHttp.Cancellation);
        client.DefaultRequestHeaders.Clear();
        client.DefaultRequestHeaders.Add("X-API-Key", staying);
        (await client.PostAsync($"/train/{id}/cancel", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        Assert.Contains("\"state\":\"cancelled\"", await kept.Content.ReadAsStringAsync(TestHttp.Cancellation).WaitAsync(Soon, TestHttp.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_without_a_key_ends_when_the_first_key_is_added()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
        using var client = application.Start();
        using var ended = await WatchAsync(client, await StartAsync(client), HttpStatusCode.OK);
        var reading = ReadToEndAsync(ended);
        Keys.Add(application.Folder, "first", "train");
        await reading.WaitAsync(KeyChange, TestHttp.Cancellation);
    }

    [Theory]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("no request at all")]
    public async Task Data_behind_the_request_of_a_stream_ends_it_and_is_not_answered(string behind)
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
        using var client = application.Start();
        var id = await StartAsync(client);
        using var raw = await RawClient.ConnectAsync(client.BaseAddress!);
        await raw.SendAsync($"GET /train/{id}/events HTTP/1.1\r\nHost: x\r\n\r\n");
        await TestHttp.EventuallyAsync(() => Task.FromResult(raw.IsAnswered));
        await raw.SendAsync(behind);
        var text = await raw.ReadToEndAsync().WaitAsync(Soon, TestHttp.Cancellation);
        Assert.Contains("event: state\n", text, StringComparison.Ordinal);
        Assert.Contains("Connection: close", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Split("HTTP/1.1 ").Length - 1);
        Assert.Contains((string?)(await client.GetJsonAsync($"/train/{id}"))["state"], new[] { "queued", "running" });
    }

    [Fact]
    public async Task A_request_for_a_stream_that_has_a_body_is_refused()
    {
        await using var application = new ServiceApplication();
        using var client = application.Start();
        using var raw = await RawClient.ConnectAsync(client.BaseAddress!);
        await raw.SendAsync("GET /train/none/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
        (await raw.ReadAsync()).Problem(400, "request_invalid");
    }

    /// <summary>Starts a job that runs and reports progress twice per second, and a second one that is queued, so that its state does not change.</summary>
    /// <returns>The id of the queued job.</returns>
    private static async Task<string> StartQueuedAsync(HttpClient client)
    {
        await StartAsync(client);
        return await StartAsync(client);
    }

    private static async Task<string> StartAsync(HttpClient client) =>
        (string)(await (await client.PostAsJsonAsync("/train", new { network = "mlp", data = "mnist", epochs = 500 }, TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Accepted))["id"]!;

    private static async Task<HttpResponseMessage> WatchAsync(HttpClient client, string id, HttpStatusCode? expected = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/train/{id}/events");
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestHttp.Cancellation);
        if (expected is { } status) Assert.Equal(status, answer.StatusCode);
        return answer;
    }

    private static async Task ReadToEndAsync(HttpResponseMessage answer) => await (await answer.Content.ReadAsStreamAsync(TestHttp.Cancellation)).CopyToAsync(Stream.Null, TestHttp.Cancellation);
}
