using System.Net;
using MnistService.Tests.Datasets;
using MnistService.TestSupport;

namespace MnistService.Tests.Storage;

/// <summary>Full stores over HTTP: the service rejects with 507, or evicts the oldest item.</summary>
[Collection(AloneCollection.Name)] // all services in a process share their metrics
public sealed class StorageQuotaTests : IDisposable
{
    private const string Settings = "MnistService:Storage:";
    private const int DatasetBytes = 16 + DatasetFiles.Images * 785; // bytes of header, pixels and labels

    private readonly List<ServiceApplication> _applications = [];

    private static byte[] Submission { get; } =
        System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(string.Join(',', Enumerable.Range(0, 784).Select(i => i % 256)) + "\n", 3)));

    public void Dispose() => _applications.ForEach(application => application.Dispose());

    [Fact]
    public async Task Submissions_beyond_the_quota_replace_the_oldest()
    {
        var (client, folder) = Start("submissions", (Settings + "Submissions:MaxCount", "3"));
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Add(await SubmitAsync(client));
        Assert.Equal(ids.Skip(2).Reverse(), await ListedAsync(client));
        Assert.Equal(ids.Skip(2).SelectMany(id => new[] { $"{id}.csv", $"{id}.uncertain" }), Names(folder));
        await (await client.GetAsync($"/submissions/{ids[0]}", TestHttp.Cancellation)).ProblemAsync(404, "submission_not_found");
    }

    [Fact]
    public async Task Submissions_of_any_number_at_once_stay_within_the_quota()
    {
        var (client, folder) = Start("submissions", (Settings + "Submissions:MaxCount", "4"), (Settings + "Submissions:WhenFull", "Refuse"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PostAsync(client)));
        Assert.Equal(4, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        foreach (var answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created)) await answer.ProblemAsync(507, "storage_full");
        Assert.Equal(8, Names(folder).Length);

        (await client.DeleteAsync($"/submissions/{(await ListedAsync(client))[0]}", TestHttp.Cancellation)).EnsureSuccessStatusCode();
        await SubmitAsync(client); // the deletion freed a place
    }

    [Fact]
    public async Task A_refusal_says_the_numbers_and_the_setting()
    {
        var (client, _) = Start("submissions", (Settings + "Submissions:MaxBytes", "100"), (Settings + "Submissions:WhenFull", "Refuse"));
        var problem = await (await PostAsync(client)).ProblemAsync(507, "storage_full");
        Assert.Contains("100 bytes (MnistService:Storage:Submissions:MaxBytes)", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Empty(await ListedAsync(client));
    }

    [Fact]
    public async Task Data_sets_beyond_the_quota_are_refused_and_leave_nothing()
    {
        var (client, folder) = Start("datasets", (Settings + "Datasets:MaxBytes", $"{2 * DatasetBytes + 1000}"));
        for (var i = 0; i < 2; i++) await client.AddDatasetAsync(DatasetFiles.Csv());
        foreach (var body in new[] { DatasetFiles.Csv(), DatasetFiles.Zip(DatasetFiles.Entries()) })
        {
            var problem = await (await client.PostDatasetAsync(body, "application/octet-stream")).ProblemAsync(507, "storage_full");
            Assert.Contains("MnistService:Storage:Datasets:MaxBytes", (string?)problem["detail"], StringComparison.Ordinal);
        }
        Assert.Equal(2, Names(folder).Length);
    }

    [Fact]
    public async Task Data_sets_that_unfinished_jobs_name_are_not_deleted_to_make_room()
    {
        var (client, _) = Start("datasets", (Settings + "Datasets:MaxCount", "2"), (Settings + "Datasets:WhenFull", "DeleteOldest"));
        var (named, free) = (await client.AddDatasetAsync(DatasetFiles.Csv()), await client.AddDatasetAsync(DatasetFiles.Csv()));
        var job = await JobAsync(client, named);
        var added = await client.AddDatasetAsync(DatasetFiles.Csv()); // evicts the data set that no job uses
        await (await client.GetAsync($"/datasets/{free}", TestHttp.Cancellation)).ProblemAsync(404, "dataset_not_found");
        Assert.Equal([added, named], (await client.GetJsonAsync("/datasets"))["datasets"]!.AsArray().SkipLast(2).Select(set => (string?)set!["id"]));

        var other = await JobAsync(client, added);
        await (await client.PostDatasetAsync(DatasetFiles.Csv())).ProblemAsync(507, "storage_full"); // no data set can be evicted
        foreach (var id in new[] { other, job }) await client.PostAsync($"/train/{id}/cancel", null, TestHttp.Cancellation);
    }

    /// <summary>Repeatedly creates a job, lets it train for at least one epoch and cancels it, as an attacker or an impatient user may do.</summary>
    [Fact]
    public async Task Checkpoints_of_cancelled_jobs_are_bounded_and_a_job_without_one_begins_anew()
    {
        var (client, folder) = Start("checkpoints", (Settings + "Checkpoints:MaxCount", "3"));
        var data = await client.AddDatasetAsync(DatasetFiles.Csv());
        var jobs = new List<string>();
        for (var round = 0; round < 8; round++)
        {
            var id = await JobAsync(client, data);
            await TestHttp.EventuallyAsync(async () => (await client.GetJsonAsync($"/train/{id}"))["epochs"]!.AsArray().Count > 0);
            await client.PostAsync($"/train/{id}/cancel", null, TestHttp.Cancellation);
            Assert.Equal("cancelled", (string?)(await client.EndOfJobAsync(id))["state"]);
            jobs.Add(id);
        }
        // The oldest checkpoints are deleted shortly after a new one was written.
        await TestHttp.EventuallyAsync(() => Task.FromResult(jobs.TakeLast(3).Select(id => $"{id}.safetensors").SequenceEqual(Names(folder))));

        Assert.False((bool)(await client.GetJsonAsync($"/train/{jobs[0]}"))["hasCheckpoint"]!);
        Assert.True((bool)(await client.GetJsonAsync($"/train/{jobs[7]}"))["hasCheckpoint"]!);
        await JobAsync(client, data); // keeps the training thread busy
        var resumed = await (await client.PostAsync($"/train/{jobs[0]}/resume", null, TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Accepted);
        Assert.False((bool)resumed["hasCheckpoint"]!);
        Assert.Empty(resumed["epochs"]!.AsArray());
        Assert.Null(resumed["progress"]);
    }

    [Fact]
    public async Task Metrics_show_each_store_beside_its_quota()
    {
        var (client, _) = Start("submissions", (Settings + "Submissions:MaxCount", "2"), (Settings + "Submissions:WhenFull", "Refuse"), (Settings + "Datasets:MaxBytes", "1000000"));
        for (var i = 0; i < 2; i++) await SubmitAsync(client);
        await PostAsync(client);
        await client.AddDatasetAsync(DatasetFiles.Csv());
        var metrics = await client.GetStringAsync("/metrics", TestHttp.Cancellation);
        foreach (var (name, store, value) in new[]
        {
            ("items", "submissions", 2), ("items_quota", "submissions", 2), ("rejections_total", "submissions", 1), ("evictions_total", "submissions", 0),
            ("usage_bytes", "datasets", DatasetBytes), ("quota_bytes", "datasets", 1_000_000), ("items", "models", 2), ("items", "checkpoints", 0), ("orphans_total", "checkpoints", 0),
        })
        {
            Assert.Matches($@"(?m)^mnist_storage_{name}\{{[^}}]*store=""{store}""[^}}]*\}} {value}( |$)", metrics);
        }
    }

    private (HttpClient Client, string Folder) Start(string folder, params (string Name, string Value)[] settings)
    {
        var application = new ServiceApplication(settings);
        _applications.Add(application);
        return (application.Start(), Path.Combine(application.Folder, "data", folder));
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/submissions") { Content = TestHttp.Body(Submission, "text/csv"), Headers = { { "Accept", "application/json" } } };
        return client.SendAsync(request, TestHttp.Cancellation);
    }

    private static async Task<string> SubmitAsync(HttpClient client) => (string)(await (await PostAsync(client)).JsonAsync(HttpStatusCode.Created))["id"]!;

    private static async Task<string[]> ListedAsync(HttpClient client) =>
        [.. (await client.GetJsonAsync("/submissions"))["submissions"]!.AsArray().Select(submission => (string)submission!["id"]!)];

    /// <summary>Starts a job that trains a small network for 1,000 epochs, which is until it is canceled.</summary>
    /// <returns>The id of the job.</returns>
    private static async Task<string> JobAsync(HttpClient client, string data) =>
        (string)(await (await client.PostJobAsync(new { network = "mlp", data, epochs = 1000, batchSize = 32, promote = "never" })).JsonAsync(HttpStatusCode.Accepted))["id"]!;

    private static string[] Names(string folder) => [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
