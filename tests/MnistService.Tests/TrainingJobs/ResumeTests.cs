using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MnistService.TestSupport;

namespace MnistService.Tests.TrainingJobs;

/// <summary>
/// A job that was canceled, or interrupted because the service ended, is resumed and ends with the same weights as an uninterrupted job. The environment
/// variable KILLS sets how many times the service is killed with SIGKILL (default 3); the job trains twice as many epochs. About every fifth stop is a SIGTERM.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class ResumeTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-resume-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Explicit = true)] // takes about a minute, longer with more KILLS
    public async Task Killed_again_and_again_a_job_ends_as_if_nothing_had_happened()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("KILLS") ?? "3", CultureInfo.InvariantCulture);
        var (epochs, random, killed) = (2 * kills, new Random(TestSeed.Fresh()), 0);
        ServiceFolder.LinkMnist(Path.Combine(_folder, "data"));
        string whole, id;
        using (var service = Start())
        {
            using var client = await service.ListeningAsync();
            whole = await WeightsAsync(client, await EndAsync(client, await PostAsync(client, new { network = "mlp", epochs, promote = "never" })));
            id = await PostAsync(client, new { network = "mlp", epochs, promote = "never" });
            await DieAsync(service, politely: false);
        }
        while (killed < kills)
        {
            using var service = Start();
            using var client = await service.ListeningAsync();
            var job = await client.GetJsonAsync($"/train/{id}");
            Assert.Contains((string?)job["state"], new[] { "queued", "running" }); // the service resumed the job at startup
            await DieAsync(service, politely: random.Next(5) == 0);
        }
        using (var service = Start())
        {
            using var client = await service.ListeningAsync();
            var job = await EndAsync(client, id);
            Assert.Equal("succeeded", (string?)job["state"]);
            Assert.Equal(Enumerable.Range(1, epochs), job["epochs"]!.AsArray().Select(epoch => (int)epoch!["epoch"]!));
            Assert.Equal(whole, await WeightsAsync(client, job));
            Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "data", "checkpoints"), "*.safetensors"));
        }
        output.WriteLine($"{killed} times kill -9, {epochs} epochs, the same weights");

        async Task DieAsync(ServiceProcess service, bool politely)
        {
            var moment = random.Next(50, 2500);
            output.WriteLine($"{(politely ? "SIGTERM" : "kill -9")} after {moment} ms");
            await Task.Delay(moment, TestHttp.Cancellation);
            if (politely) service.Send(PosixSignal.SIGTERM);
            else service.Kill();
            killed += politely ? 0 : 1;
            var exit = await service.EndedAsync();
            Assert.True(exit == 0 || !politely, $"SIGTERM ended with {exit}");
        }
    }

    [Fact]
    public async Task Cancelled_and_resumed_a_job_ends_as_if_it_had_not_been()
    {
        const int Steps = 400;
        ServiceFolder.LinkMnist(Path.Combine(_folder, "data"));
        using var service = Start();
        using var client = await service.ListeningAsync();
        var whole = await WeightsAsync(client, await EndAsync(client, await PostAsync(client, new { network = "mlp", steps = Steps, promote = "never" })));

        var id = await PostAsync(client, new { network = "mlp", steps = Steps, promote = "never" });
        while ((int?)(await client.GetJsonAsync($"/train/{id}"))["progress"]?["step"] is not > 100) await Task.Delay(30, TestHttp.Cancellation);
        await (await client.PostAsync($"/train/{id}/resume", null, TestHttp.Cancellation)).ProblemAsync(409, "job_not_resumable");
        (await client.PostAsync($"/train/{id}/cancel", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        Assert.Equal("cancelled", (string?)(await EndAsync(client, id))["state"]);
        var resumed = await client.PostAsync($"/train/{id}/resume", null, TestHttp.Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, resumed.StatusCode);
        Assert.Equal(whole, await WeightsAsync(client, await EndAsync(client, id)));
        await (await client.PostAsync($"/train/{id}/resume", null, TestHttp.Cancellation)).ProblemAsync(409, "job_not_resumable");
        await (await client.PostAsync("/train/none/resume", null, TestHttp.Cancellation)).ProblemAsync(404, "job_not_found");
    }

    private ServiceProcess Start() =>
        new(_folder, ("MnistService__Models__Directory", Path.Combine(_folder, "models")), ("MnistService__Training__ResumeOnStart", "true"));

    private static async Task<string> PostAsync(HttpClient client, object request) =>
        (string)(await (await client.PostAsJsonAsync("/train", request, TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Accepted))["id"]!;

    private static async Task<JsonNode> EndAsync(HttpClient client, string id)
    {
        JsonNode job;
        while ((string?)(job = await client.GetJsonAsync($"/train/{id}"))["state"] is "queued" or "running") await Task.Delay(50, TestHttp.Cancellation);
        return job;
    }

    private static async Task<string> WeightsAsync(HttpClient client, JsonNode job)
    {
        Assert.True(job["model"] is not null, job.ToJsonString());
        return (string)(await client.GetJsonAsync($"/models/{job["model"]}"))["weightsSha256"]!;
    }
}
