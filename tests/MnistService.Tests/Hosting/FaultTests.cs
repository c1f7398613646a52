using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MnistService.Drawings;
using MnistService.TestSupport;

namespace MnistService.Tests.Hosting;

/// <summary>
/// What a process, a disk and an operator can do to the service as it runs, and that it goes on. Damage to single files of the store, bad settings
/// and bad requests have tests of their own beside what they concern.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class FaultTests : IDisposable
{
    private const int Rows = 20_000; // of an upload that takes a moment

    private static readonly byte[] Picture = new Scene("plain", 120, 120, 90, 9).Draw(3, new Random(1));

    private readonly ITestOutputHelper _output;
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-faults-").FullName;

    public FaultTests(ITestOutputHelper output)
    {
        _output = output;
        ServiceFolder.CopyModels(Models);
    }

    private string Models => Path.Combine(_folder, "models");

    private string Data => Path.Combine(_folder, "data");

    private string Current => File.ReadAllText(Path.Combine(Models, "current")).Trim();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ServiceProcess Start(params (string Name, string Value)[] settings) => new(_folder, [("MnistService__Models__Directory", Models), .. settings]);

    [Theory]
    [InlineData("missing", "cannot be read")]
    [InlineData("truncated", "have SHA-256")]
    [InlineData("changed", "have SHA-256")]
    [InlineData("another network's", "Tensor")]
    [InlineData("unlisted", "There is no model")]
    public async Task A_model_that_cannot_serve_is_not_served_and_the_reason_is_told(string what, string reason)
    {
        var weights = Path.Combine(Models, Current, "weights.safetensors");
        var bytes = await File.ReadAllBytesAsync(weights, Http.Cancellation);
        switch (what)
        {
            case "missing":
                File.Delete(weights);
                break;
            case "truncated":
                await File.WriteAllBytesAsync(weights, bytes[..^1000], Http.Cancellation);
                break;
            case "changed":
                bytes[^1] ^= 1;
                await File.WriteAllBytesAsync(weights, bytes, Http.Cancellation);
                break;
            case "another network's":
                var card = Path.Combine(Models, Current, "card.json");
                await File.WriteAllTextAsync(card, (await File.ReadAllTextAsync(card, Http.Cancellation)).Replace("\"network\": \"cnn\"", "\"network\": \"mlp\"", StringComparison.Ordinal), Http.Cancellation);
                break;
            default:
                await File.WriteAllTextAsync(Path.Combine(Models, "current"), "cnn-none\n", Http.Cancellation);
                break;
        }
        using var service = Start();
        using var client = await service.ListeningAsync();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live", Http.Cancellation)).StatusCode);
        var ready = await (await client.GetAsync("/health/ready", Http.Cancellation)).JsonAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Contains(reason, (string?)ready["reason"], StringComparison.Ordinal);
        await (await client.PostAsync("/predict", Http.Body(Picture), Http.Cancellation)).ProblemAsync(503, "not_ready");

        // The other model mends it, without a restart.
        var other = Directory.EnumerateDirectories(Models, "mlp-*").Select(Path.GetFileName).Single();
        (await client.PostAsync($"/models/{other}/activate", null, Http.Cancellation)).EnsureSuccessStatusCode();
        Assert.Equal(3, (int)(await (await client.PostAsync("/predict", Http.Body(Picture), Http.Cancellation)).JsonAsync())["digit"]!);
    }

    [Fact]
    public async Task Killed_in_a_promotion_the_old_model_or_the_new_one_serves_afterwards()
    {
        string[] ids = [.. Directory.EnumerateDirectories(Models).Select(path => Path.GetFileName(path))];
        var random = new Random();
        for (var kill = 0; kill < 4; kill++)
        {
            using var service = Start();
            using var client = await service.ListeningAsync();
            Assert.Contains((string)(await client.GetJsonAsync("/health/ready"))["model"]!, ids);
            var moment = Task.Delay(random.Next(100, 600), Http.Cancellation);
            for (var i = 0; !moment.IsCompleted; i++) await Task.WhenAny(moment, client.PostAsync($"/models/{ids[i % 2]}/activate", null, Http.Cancellation));
            service.Kill();
            await service.EndedAsync();
            Assert.Contains(Current, ids);
        }
    }

    [Fact]
    public async Task Killed_in_a_submission_nothing_half_is_listed()
    {
        var csv = Csv();
        var random = new Random();
        for (var kill = 0; kill < 4; kill++)
        {
            using var service = Start();
            using var client = await service.ListeningAsync();
            foreach (var submission in (await client.GetJsonAsync("/submissions"))["submissions"]!.AsArray())
            {
                var lines = (await client.GetStringAsync($"/submissions/{submission!["id"]}/submission.csv", Http.Cancellation)).Split('\n');
                Assert.Equal(Rows + 2, lines.Length); // header, rows, and nothing after the last newline
            }
            Assert.Empty(Directory.Exists(Path.Combine(Data, "submissions")) ? Directory.GetFiles(Path.Combine(Data, "submissions"), "*.tmp") : []);
            var sending = client.PostAsync("/submissions", Http.Body(csv, "text/csv"), Http.Cancellation);
            await Task.WhenAny(sending, Task.Delay(random.Next(50, 1500), Http.Cancellation));
            service.Kill();
            await service.EndedAsync();
            await sending.ContinueWith(_ => { }, TaskScheduler.Default); // answered or not: both may be
        }
    }

    [Fact]
    public async Task Told_to_stop_with_requests_in_flight_and_a_job_running_it_answers_saves_and_ends_with_0()
    {
        ServiceFolder.LinkMnist(Data);
        using var service = Start();
        using var client = await service.ListeningAsync();
        var id = await TrainAsync(client, new { network = "mlp", epochs = 500, activate = "never" });
        while ((await client.GetJsonAsync($"/train/{id}"))["progress"] is null) await Task.Delay(50, Http.Cancellation);
        var submission = client.PostAsync("/submissions", Http.Body(Csv(), "text/csv"), Http.Cancellation);
        await Task.Delay(200, Http.Cancellation);
        var stopped = Stopwatch.GetTimestamp();
        service.Send(PosixSignal.SIGTERM);
        Assert.Equal(HttpStatusCode.Created, (await submission).StatusCode);
        Assert.Equal(0, await service.EndedAsync());
        _output.WriteLine($"stopped in {Stopwatch.GetElapsedTime(stopped).TotalSeconds:f1} s");
        Assert.True(File.Exists(Path.Combine(Data, "checkpoints", $"{id}.safetensors")));

        using var again = Start();
        using var next = await again.ListeningAsync();
        Assert.Equal("interrupted", (string?)(await next.GetJsonAsync($"/train/{id}"))["state"]);
    }

    /// <summary>A file stands where a folder should be: what is written there fails for root too, as on a disk that is read-only.</summary>
    [Fact]
    public async Task What_cannot_be_written_is_refused_or_fails_with_its_reason_and_serving_goes_on()
    {
        ServiceFolder.LinkMnist(Data);
        foreach (var name in new[] { "submissions", "datasets", "checkpoints" }) await File.WriteAllTextAsync(Path.Combine(Data, name), "", Http.Cancellation);
        using var service = Start();
        using var client = await service.ListeningAsync();
        await (await client.PostAsync("/submissions", Http.Body(Csv(), "text/csv"), Http.Cancellation)).ProblemAsync(507, "storage_failed");
        Assert.Empty((await client.GetJsonAsync("/submissions"))["submissions"]!.AsArray());
        await (await client.PostAsync("/datasets", Http.Body(Datasets.DatasetFiles.Csv()), Http.Cancellation)).ProblemAsync(507, "storage_failed");
        await FailsAndGoesOnAsync(service, client);
    }

    [Fact]
    public async Task A_full_disk_fails_a_job_and_an_upload_with_its_reason_and_serving_goes_on()
    {
        Directory.CreateDirectory(Data);
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=14m", "none", Data]) { RedirectStandardError = true })!;
        await mount.WaitForExitAsync(Http.Cancellation);
        Assert.SkipUnless(mount.ExitCode == 0, "A small disk can be mounted by root alone.");
        try
        {
            ServiceFolder.LinkMnist(Data);
            using var service = Start();
            using var client = await service.ListeningAsync();
            using var filler = new FileStream(Path.Combine(Data, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            Assert.Throws<IOException>(() => Fill(filler));
            await (await client.PostAsync("/submissions", Http.Body(Csv(), "text/csv"), Http.Cancellation)).ProblemAsync(507, "storage_failed");
            await (await client.PostAsync("/datasets", Http.Body(Datasets.DatasetFiles.Csv()), Http.Cancellation)).ProblemAsync(507, "storage_failed");
            filler.SetLength(filler.Length - (2 << 20)); // room for the rows of jobs, not for a checkpoint
            await FailsAndGoesOnAsync(service, client);
        }
        finally
        {
            using var unmount = Process.Start("umount", ["-l", Data]);
            await unmount.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Of_a_hundred_jobs_as_many_wait_as_may_and_the_rest_is_told_to_come_back()
    {
        ServiceFolder.LinkMnist(Data);
        using var service = Start(("MnistService__Training__QueueCapacity", "5"));
        using var client = await service.ListeningAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.PostAsJsonAsync("/train", new { network = "mlp", epochs = 500 }, Http.Cancellation)));
        Assert.InRange(answers.Count(a => a.StatusCode == HttpStatusCode.Accepted), 5, 6); // and the one that was taken meanwhile
        Assert.All(answers.Where(a => a.StatusCode != HttpStatusCode.Accepted), a => Assert.Equal(HttpStatusCode.TooManyRequests, a.StatusCode));
        await (await client.PostAsync("/train/none/cancel", null, Http.Cancellation)).ProblemAsync(404, "job_not_found");
    }

    [Fact]
    public async Task A_diverged_job_fails_as_such_and_offers_nothing()
    {
        ServiceFolder.LinkMnist(Data);
        using var service = Start();
        using var client = await service.ListeningAsync();
        // The baseline with the last layer so large that the loss is infinite in its first steps.
        var id = await TrainAsync(client, new { network = "mlp", epochs = 3, learningRate = 1.0, weightAverage = 0, weightDecay = 0, schedule = "cosine", startFrom = Exploding(), activate = "always" });
        var job = await EndAsync(client, id);
        Assert.Equal(("failed", "diverged"), ((string?)job["state"], (string?)job["error"]?["code"]));
        Assert.Null(job["model"]);
        Assert.Equal(Current, (string?)(await client.GetJsonAsync("/health/ready"))["model"]);
        await (await client.PostAsync($"/train/{id}/resume", null, Http.Cancellation)).ProblemAsync(409, "job_not_resumable");
    }

    private static void Fill(FileStream file)
    {
        for (var i = 0; i < 1 << 20; i++) file.Write(new byte[4096]);
    }

    private static async Task FailsAndGoesOnAsync(ServiceProcess service, HttpClient client)
    {
        var job = await EndAsync(client, await TrainAsync(client, new { network = "mlp", epochs = 2, activate = "never" }));
        Assert.True((string?)job["error"]?["code"] == "storage_failed", job.ToJsonString() + service.Output);
        Assert.Equal(3, (int)(await (await client.PostAsync("/predict", Http.Body(Picture), Http.Cancellation)).JsonAsync())["digit"]!);
    }

    /// <summary>The shipped baseline with weights near the end of float32's range, under an id of its own.</summary>
    private string Exploding()
    {
        var origin = Directory.EnumerateDirectories(Models, "mlp-*").Single();
        var state = Model.Storage.Safetensors.Read(File.ReadAllBytes(Path.Combine(origin, "weights.safetensors")));
        var last = state["classify.3.weight"];
        var huge = Enumerable.Range(0, last.Floats.Length).Select(i => i % 2 == 0 ? 3e38f : -3e38f).ToArray();
        var weights = Model.Storage.Safetensors.Write(new(state.Tensors.Select(t => t.Name == last.Name ? t with { Bytes = MemoryMarshal.AsBytes(huge.AsSpan()).ToArray() } : t)));
        const string Id = "mlp-exploding";
        Directory.CreateDirectory(Path.Combine(Models, Id));
        File.WriteAllBytes(Path.Combine(Models, Id, "weights.safetensors"), weights);
        var card = JsonNode.Parse(File.ReadAllText(Path.Combine(origin, "card.json")))!;
        (card["id"], card["weightsSha256"]) = (Id, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(weights)));
        File.WriteAllText(Path.Combine(Models, Id, "card.json"), card.ToJsonString());
        return Id;
    }

    private static byte[] Csv()
    {
        var row = string.Join(',', Enumerable.Range(0, 784).Select(i => i % 256)) + "\n";
        return System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(row, Rows)));
    }

    private static async Task<string> TrainAsync(HttpClient client, object settings) =>
        (string)(await (await client.PostAsJsonAsync("/train", settings, Http.Cancellation)).JsonAsync(HttpStatusCode.Accepted))["id"]!;

    private static async Task<JsonNode> EndAsync(HttpClient client, string id)
    {
        JsonNode job;
        while ((string?)(job = await client.GetJsonAsync($"/train/{id}"))["state"] is "queued" or "running") await Task.Delay(50, Http.Cancellation);
        return job;
    }
}
