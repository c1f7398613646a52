using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MnistService.TestSupport;

namespace MnistService.Tests.Faults;

/// <summary>More jobs than the queue accepts, and a job that diverges.</summary>
[Collection(FaultCollection.Name)]
public sealed class JobFaultTests : FaultRoom
{
    [Fact]
    public async Task Of_a_hundred_jobs_as_many_wait_as_may_and_the_rest_is_told_to_come_back()
    {
        ServiceFolder.LinkMnist(Data);
        using var service = Start(("MnistService__Training__QueueCapacity", "5"));
        using var client = await service.ListeningAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.PostAsJsonAsync("/train", new { network = "mlp", data = "mnist", epochs = 500 }, TestHttp.Cancellation)));
        Assert.InRange(answers.Count(a => a.StatusCode == HttpStatusCode.Accepted), 5, 6); // plus the job that started in the meantime
        Assert.All(answers.Where(a => a.StatusCode != HttpStatusCode.Accepted), a => Assert.Equal(HttpStatusCode.TooManyRequests, a.StatusCode));
        await (await client.PostAsync("/train/none/cancel", null, TestHttp.Cancellation)).ProblemAsync(404, "job_not_found");
    }

    [Fact]
    public async Task A_diverged_job_fails_as_such_and_offers_nothing()
    {
        ServiceFolder.LinkMnist(Data);
        using var service = Start();
        using var client = await service.ListeningAsync();
        // The baseline with a last layer so large that the loss is infinite in the first steps.
        var id = await TrainAsync(client, new { network = "mlp", data = "mnist", epochs = 3, learningRate = 1.0, weightAverage = 0, weightDecay = 0, schedule = "cosine", startFrom = Exploding(), promote = "always" });
        var job = await EndAsync(client, id);
        Assert.Equal(("failed", "diverged"), ((string?)job["state"], (string?)job["error"]?["code"]));
        Assert.Null(job["model"]);
        Assert.Equal(Current, (string?)(await client.GetJsonAsync("/health/ready"))["model"]);
        await (await client.PostAsync($"/train/{id}/resume", null, TestHttp.Cancellation)).ProblemAsync(409, "job_not_resumable");
        await (await client.PostAsync($"/train/{id}/cancel", null, TestHttp.Cancellation)).ProblemAsync(409, "job_finished");
    }

    /// <summary>Copies the shipped baseline under a new id and sets its last layer to weights near the limit of the float32 range.</summary>
    /// <returns>The id of the copy.</returns>
    private string Exploding()
    {
        var origin = Directory.EnumerateDirectories(Models, "mlp-*").Single();
        var state = Model.Weights.Safetensors.Read(File.ReadAllBytes(Path.Combine(origin, "weights.safetensors")));
        var last = state["classify.3.weight"];
        var huge = Enumerable.Range(0, last.Floats.Length).Select(i => i % 2 == 0 ? 3e38f : -3e38f).ToArray();
        var weights = Model.Weights.Safetensors.Write(new(state.Tensors.Select(t => t.Name == last.Name ? t with { Bytes = MemoryMarshal.AsBytes(huge.AsSpan()).ToArray() } : t)));
        const string Id = "mlp-exploding";
        Directory.CreateDirectory(Path.Combine(Models, Id));
        File.WriteAllBytes(Path.Combine(Models, Id, "weights.safetensors"), weights);
        var card = JsonNode.Parse(File.ReadAllText(Path.Combine(origin, "card.json")))!;
        (card["id"], card["weightsSha256"]) = (Id, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(weights)));
        File.WriteAllText(Path.Combine(Models, Id, "card.json"), card.ToJsonString());
        return Id;
    }
}
