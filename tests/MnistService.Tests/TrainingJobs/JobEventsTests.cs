using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using MnistService.TestSupport;

namespace MnistService.Tests.TrainingJobs;

/// <summary><c>GET /train/{id}/events</c>: the event stream of a training job.</summary>
[Collection(AloneCollection.Name)]
public sealed class JobEventsTests
{
    private sealed record Event(string Type, string? Id, JsonNode Data);

    [Fact]
    public async Task A_job_is_followed_from_queued_to_succeeded_and_no_epoch_is_missed()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
        using var client = application.Start();
        var id = await StartAsync(client, epochs: 2);

        var events = await FollowAsync(client, id);
        Assert.Equal("state", events[0].Type);
        Assert.Contains((string?)events[0].Data["state"], new[] { "queued", "running" });
        Assert.Equal(("state", "succeeded"), (events[^1].Type, (string?)events[^1].Data["state"]));
        Assert.NotNull(events[^1].Data["model"]);
        Assert.Equal(["1", "2"], events.Where(e => e.Type == "epoch").Select(e => e.Id));
        var steps = events.Where(e => e.Type == "progress").Select(e => (int)e.Data["step"]!).ToList();
        Assert.True(steps.Count >= 2, $"{steps.Count} reports of progress");
        Assert.Equal(steps.Order(), steps);
        Assert.All(events.Where(e => e.Type == "progress"), e => Assert.True((double)e.Data["imagesPerSecond"]! > 0));

        // A client that reconnects after the first epoch gets the second one. After the last epoch it gets 204, so EventSource stops reconnecting.
        var rest = await FollowAsync(client, id, lastEventId: "1");
        Assert.Equal(["2"], rest.Where(e => e.Type == "epoch").Select(e => e.Id));
        Assert.Equal("succeeded", (string?)rest[^1].Data["state"]);
        using var over = new HttpRequestMessage(HttpMethod.Get, $"/train/{id}/events") { Headers = { { "Last-Event-ID", "2" } } };
        Assert.Equal(HttpStatusCode.NoContent, (await client.SendAsync(over, TestHttp.Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_last_event_contains_the_promotion_decision_with_its_reason_and_its_numbers()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
        using var client = application.Start();
        var id = await StartAsync(client, epochs: 1);
        var last = (await FollowAsync(client, id))[^1];
        Assert.Equal(("state", "succeeded"), (last.Type, (string?)last.Data["state"]));
        var decision = last.Data["promotion"]!;
        Assert.Matches(@"^Worse on (MNIST|strokes): \d+\.\d % instead of 99\.\d %\. Not promoted\.$", (string?)decision["reason"]);
        Assert.Equal([("mnist", 5_000, 4_985), ("strokes", 19_996, 19_949)],
            decision["references"]!.AsArray().Select(compared => ((string)compared!["set"]!, (int)compared["images"]!, (int)compared["rivalRight"]!)));
        Assert.All(decision["references"]!.AsArray(), compared => Assert.InRange((int)compared!["right"]!, 1, (int)compared["rivalRight"]! - 1));
        Assert.Equal((await client.GetJsonAsync($"/train/{id}"))["promotion"]!.ToJsonString(), decision.ToJsonString());
    }

    [Fact]
    public async Task A_cancelled_job_ends_the_stream_with_its_state()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
        using var client = application.Start();
        var id = await StartAsync(client, epochs: 500);
        var following = FollowAsync(client, id, onEvent: async e =>
        {
            if (e.Type == "progress") (await client.PostAsync($"/train/{id}/cancel", null, TestHttp.Cancellation)).Dispose();
        });
        var events = await following.WaitAsync(TimeSpan.FromMinutes(1), TestHttp.Cancellation);
        Assert.Equal(("state", "cancelled"), (events[^1].Type, (string?)events[^1].Data["state"]));
    }

    [Fact]
    public async Task A_stream_does_not_hold_up_the_end_of_the_service()
    {
        var application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
        using var client = application.Start();
        var running = await StartAsync(client, epochs: 500);
        var queued = await StartAsync(client, epochs: 500);
        var seen = new TaskCompletionSource();
        var following = FollowAsync(client, queued, onEvent: _ =>
        {
            seen.TrySetResult();
            return Task.CompletedTask;
        });
        await seen.Task.WaitAsync(TestHttp.Cancellation);
        // At shutdown, the host waits up to 30 s for running requests.
        await application.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestHttp.Cancellation);
        var events = await following;
        Assert.Equal("queued", (string?)Assert.Single(events).Data["state"]);
        Assert.NotEqual(running, queued);
    }

    [Fact]
    public async Task An_unknown_job_is_a_problem()
    {
        await using var application = new ServiceApplication();
        await (await application.Start().GetAsync("/train/none/events", TestHttp.Cancellation)).ProblemAsync(404, "job_not_found");
    }

    private static async Task<string> StartAsync(HttpClient client, int epochs) =>
        (string)(await (await client.PostAsJsonAsync("/train", new { network = "mlp", data = "mnist", epochs }, TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Accepted))["id"]!;

    private static async Task<List<Event>> FollowAsync(HttpClient client, string id, string? lastEventId = null, Func<Event, Task>? onEvent = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/train/{id}/events");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestHttp.Cancellation);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = new List<Event>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(TestHttp.Cancellation)).EnumerateAsync(TestHttp.Cancellation))
        {
            events.Add(new(item.EventType, item.EventId, JsonNode.Parse(item.Data)!));
            if (onEvent is not null) await onEvent(events[^1]);
        }
        return events;
    }
}
