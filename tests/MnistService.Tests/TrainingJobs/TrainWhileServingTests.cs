using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MnistService.Drawings;
using MnistService.TestSupport;

namespace MnistService.Tests.TrainingJobs;

/// <summary>A model is trained while another one serves, and its promotion fails no request.</summary>
[Collection(AloneCollection.Name)]
public sealed class TrainWhileServingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_job_runs_to_succeeded_and_its_model_serves_while_a_client_never_stops()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
        using var client = application.Start();
        var before = (string)(await client.GetJsonAsync("/models/current"))["id"]!;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestHttp.Cancellation);
        var asking = AskAsync(client, stop.Token);

        var response = await client.PostAsJsonAsync("/train", new { network = "mlp", epochs = 1, promote = "always", name = "while serving" }, TestHttp.Cancellation);
        var accepted = await response.JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal($"/train/{accepted["id"]}", response.Headers.Location?.OriginalString);
        Assert.Contains((string?)accepted["state"], new[] { "queued", "running" });

        var job = await EndAsync(client, (string)accepted["id"]!);
        Assert.Equal("succeeded", (string?)job["state"]);
        var model = (string)job["model"]!;
        Assert.True((bool)job["promotion"]!["promoted"]!, job["promotion"]!.ToJsonString());
        Assert.InRange((double)job["test"]!["accuracy"]!, 0.93, 1);
        Assert.Single(job["epochs"]!.AsArray());

        await TestHttp.EventuallyAsync(async () => (string?)(await client.GetJsonAsync("/models/current"))["id"] == model);
        await Task.Delay(300, TestHttp.Cancellation); // allows some more predictions by the new model
        await stop.CancelAsync();
        var models = await asking; // throws if a prediction failed
        output.WriteLine($"{models.Count} predictions, {models.Count(m => m == model)} of them by the new model");
        Assert.Equal([before, model], models.Distinct());

        Assert.Contains(model, (await client.GetJsonAsync("/models"))["models"]!.AsArray().Select(m => (string?)m!["id"]));
        Assert.Contains((string?)job["id"], (await client.GetJsonAsync("/train?state=succeeded"))["jobs"]!.AsArray().Select(j => (string?)j!["id"]));

        await (await client.PostAsync($"/models/{before}/promote", null, TestHttp.Cancellation)).JsonAsync(); // rollback
        Assert.Equal(before, (string?)(await client.GetJsonAsync("/models/current"))["id"]);
    }

    [Fact]
    public async Task By_default_training_yields_to_every_other_thread_and_a_thread_ticks_on_each_processor()
    {
        var folder = Directory.CreateTempSubdirectory("mnist-yield-").FullName;
        ServiceFolder.LinkMnist(Path.Combine(folder, "data"));
        using (var service = new ServiceProcess(folder, ("MnistService__Models__Directory", Path.Combine(folder, "models")), ("MnistService__Training__YieldToServing", "true")))
        {
            using var client = await service.ListeningAsync();
            Assert.DoesNotContain(service.Threads, thread => thread.Name.StartsWith("tick ", StringComparison.Ordinal));
            await PostAsync(client, HttpStatusCode.Accepted);
            // There are no tick threads if a container's CPU quota allows fewer processors than the affinity mask, because some processor is then idle anyway.
            if (OperatingSystem.IsLinux() && System.Numerics.BitOperations.PopCount((ulong)System.Diagnostics.Process.GetCurrentProcess().ProcessorAffinity) <= Environment.ProcessorCount)
                await TestHttp.EventuallyAsync(() => Task.FromResult(service.Threads.Any(thread => thread.Name.StartsWith("tick ", StringComparison.Ordinal))));
            await TestHttp.EventuallyAsync(() => Task.FromResult(service.Threads.Count(thread => thread.Name.StartsWith("training", StringComparison.Ordinal)) > 1 || Environment.ProcessorCount == 1));
            Assert.All(service.Threads.Where(thread => thread.Name == "training"), thread => Assert.True(thread.Yields));
            string[] serving = ["inference-", ".NET TP Worker", ".NET Sockets"]; // other runtime threads may have inherited the policy of the training thread
            Assert.All(service.Threads.Where(thread => serving.Any(name => thread.Name.StartsWith(name, StringComparison.Ordinal))), thread => Assert.False(thread.Yields, thread.Name));
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_running_job_is_cancelled_within_a_step_and_a_queued_one_at_once()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn(("MnistService:Training:QueueCapacity", "1")).WithMnist();
        using var client = application.Start();
        var running = await PostAsync(client, HttpStatusCode.Accepted);
        await TestHttp.EventuallyAsync(async () => (await client.GetJsonAsync($"/train/{running}"))["progress"] is not null);
        var queued = await PostAsync(client, HttpStatusCode.Accepted);
        var refused = await client.PostAsJsonAsync("/train", new { }, TestHttp.Cancellation);
        await refused.ProblemAsync(429, "train_queue_full");
        Assert.NotNull(refused.Headers.RetryAfter);
        await (await client.DeleteAsync($"/train/{running}", TestHttp.Cancellation)).ProblemAsync(409, "job_unfinished");

        Assert.Equal("cancelled", (string?)(await (await client.PostAsync($"/train/{queued}/cancel", null, TestHttp.Cancellation)).JsonAsync())["state"]);
        var cancelled = (await client.PostAsync($"/train/{running}/cancel", null, TestHttp.Cancellation)).StatusCode;
        Assert.True(cancelled is HttpStatusCode.Accepted or HttpStatusCode.OK, $"{cancelled}"); // 200 if the job stopped before the response
        var job = await EndAsync(client, running);
        Assert.Equal("cancelled", (string?)job["state"]);
        Assert.Null(job["model"]);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync($"/train/{running}/cancel", null, TestHttp.Cancellation)).StatusCode); // idempotent

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/train/{running}", TestHttp.Cancellation)).StatusCode);
        await (await client.GetAsync($"/train/{running}", TestHttp.Cancellation)).ProblemAsync(404, "job_not_found");
    }

    [Fact]
    public async Task A_job_that_starts_from_a_model_knows_at_once_what_that_one_knew()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
        using var client = application.Start();
        var origin = (await client.GetJsonAsync("/models"))["models"]!.AsArray().Select(m => (string)m!["id"]!).Single(id => id.StartsWith("mlp", StringComparison.Ordinal));
        var request = new { network = "mlp", steps = 50, learningRate = 1e-5, startFrom = origin, promote = "never" };
        var accepted = await (await client.PostAsJsonAsync("/train", request, TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal(origin, (string?)accepted["settings"]!["startFrom"]);
        var job = await EndAsync(client, (string)accepted["id"]!);
        Assert.Equal("succeeded", (string?)job["state"]);
        Assert.InRange((double)job["test"]!["accuracy"]!, 0.97, 1); // 50 steps from random weights reach about 0.7
        Assert.Equal(origin, (string?)(await client.GetJsonAsync($"/models/{job["model"]}"))["training"]!["startedFrom"]);

        var unknown = await client.PostAsJsonAsync("/train", new { startFrom = "cnn-none" }, TestHttp.Cancellation);
        Assert.NotNull((await unknown.ProblemAsync(422, "train_settings_invalid"))["errors"]!["startFrom"]);
    }

    [Fact]
    public async Task Without_mnist_a_job_fails_and_says_what_to_do()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn();
        using var client = application.Start();
        var job = await EndAsync(client, await PostAsync(client, HttpStatusCode.Accepted));
        Assert.Equal("failed", (string?)job["state"]);
        Assert.Contains("MnistService:Data:Download", (string?)job["error"]!["detail"], StringComparison.Ordinal);
    }

    private static async Task<string> PostAsync(HttpClient client, HttpStatusCode expected) =>
        (string)(await (await client.PostAsJsonAsync("/train", new { network = "mlp", epochs = 5 }, TestHttp.Cancellation)).JsonAsync(expected))["id"]!;

    /// <returns>Model ids of the responses, in order. Throws if a response is not 200.</returns>
    private static async Task<List<string>> AskAsync(HttpClient client, CancellationToken stop)
    {
        var picture = new Scene("plain", 120, 120, 90, 9).Draw(3, new Random(1));
        var models = new List<string>();
        while (!stop.IsCancellationRequested)
            models.Add((string)(await (await client.PostAsync("/predict", TestHttp.Body(picture), CancellationToken.None)).JsonAsync())["model"]!);
        return models;
    }

    private static async Task<JsonNode> EndAsync(HttpClient client, string id)
    {
        JsonNode? job = null;
        await TestHttp.EventuallyAsync(async () => (string?)(job = await client.GetJsonAsync($"/train/{id}"))["state"] is not ("queued" or "running"));
        return job!;
    }
}
