using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using MnistService.Model.Datasets;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.Faults;

/// <summary>Records what the service acknowledged to clients, across several runs of the service.</summary>
internal sealed class Ledger(byte[] picture, byte[] csv)
{
    internal const int Rows = 20; // rows per submission

    private const int PageSize = 100;

    private readonly byte[] _dataset = DatasetFiles.Csv();
    private readonly ConcurrentBag<string> _submissions = [], _datasets = [], _jobs = [];
    private int _predictions;

    public override string ToString() => $"{_predictions} predictions, {_submissions.Count} submissions, {_datasets.Count} data sets, {_jobs.Count} jobs acknowledged";

    /// <summary>Sends requests of each kind in parallel until they fail because the service was killed.</summary>
    /// <param name="client">Client that all requests share.</param>
    /// <param name="dying">The caller cancels this token before it kills the service. A request that fails before that fails the test.</param>
    internal Task FillAsync(HttpClient client, CancellationToken dying)
    {
        return Task.WhenAll(UntilItDiesAsync(PredictAsync), UntilItDiesAsync(PredictAsync), UntilItDiesAsync(SubmitAsync), UntilItDiesAsync(UploadAsync), UntilItDiesAsync(TrainAsync));

        async Task PredictAsync()
        {
            var answer = await client.PostAsync("/predict", TestHttp.Body(picture), TestHttp.Cancellation);
            Assert.Equal(3, (int)(await answer.JsonAsync())["digit"]!);
            Interlocked.Increment(ref _predictions);
        }

        async Task SubmitAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/submissions") { Content = TestHttp.Body(csv, "text/csv"), Headers = { { "Accept", "application/json" } } };
            _submissions.Add(await IdAsync(await client.SendAsync(request, TestHttp.Cancellation), HttpStatusCode.Created));
        }

        async Task UploadAsync() => _datasets.Add(await IdAsync(await client.PostAsync("/datasets", TestHttp.Body(_dataset), TestHttp.Cancellation), HttpStatusCode.Created));

        async Task TrainAsync() => _jobs.Add(await IdAsync(await client.PostAsJsonAsync("/train", new { network = "mlp", data = "mnist", epochs = 1, promote = "never" }, TestHttp.Cancellation), HttpStatusCode.Accepted));

        async Task UntilItDiesAsync(Func<Task> once)
        {
            try
            {
                while (true) await once();
            }
            catch (HttpRequestException) when (dying.IsCancellationRequested)
            {
                // The request was not acknowledged, so its result may exist or not.
            }
        }
    }

    /// <summary>Asserts that the service lists all that it acknowledged, that listed items are complete, and that no other files remain.</summary>
    internal async Task AssertKeptAsync(HttpClient client, string data)
    {
        var submissions = await SubmissionsAsync(client);
        Assert.Empty(_submissions.Except(submissions));
        foreach (var id in submissions)
        {
            var lines = (await client.GetStringAsync($"/submissions/{id}/submission.csv", TestHttp.Cancellation)).Split('\n');
            Assert.Equal(Rows + 2, lines.Length); // header, rows, and nothing after the last newline
        }
        var datasets = (await client.GetJsonAsync("/datasets"))["datasets"]!.AsArray().Where(set => !(bool)set!["builtIn"]!).ToDictionary(set => (string)set!["id"]!, set => (string)set!["sha256"]!);
        Assert.Empty(_datasets.Except(datasets.Keys));
        foreach (var (id, sha256) in datasets) Assert.Equal(sha256, LabeledImagesFile.Read(Path.Combine(data, "datasets", $"{id}.images")).Sha256);
        foreach (var id in _jobs) Assert.Equal(id, (string?)(await client.GetJsonAsync($"/train/{id}"))["id"]);
        // A file that was written but not acknowledged either has a database row or is deleted.
        await TestHttp.EventuallyAsync(() => Task.FromResult(Ids(data, "submissions", "*.csv").SetEquals(submissions) && Ids(data, "datasets", "*.images").SetEquals(datasets.Keys)));
        Assert.Empty(Directory.GetFiles(data, "*.tmp", SearchOption.AllDirectories));
    }

    private static HashSet<string> Ids(string data, string folder, string files) => Directory.Exists(Path.Combine(data, folder))
        ? [.. Directory.EnumerateFiles(Path.Combine(data, folder), files).Select(path => Path.GetFileNameWithoutExtension(path))]
        : [];

    private static async Task<List<string>> SubmissionsAsync(HttpClient client)
    {
        List<string> ids = [];
        for (var page = 1; ; page++)
        {
            var found = (await client.GetJsonAsync($"/submissions?page={page}&pageSize={PageSize}"))["submissions"]!.AsArray();
            if (found.Count == 0) return ids;
            ids.AddRange(found.Select(submission => (string)submission!["id"]!));
        }
    }

    private static async Task<string> IdAsync(HttpResponseMessage answer, HttpStatusCode expected) => (string)(await answer.JsonAsync(expected))["id"]!;
}
