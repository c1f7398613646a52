using System.Text;
using MnistService.Tests.Datasets;
using MnistService.Tests.Submissions;
using MnistService.TestSupport;

namespace MnistService.Tests.BadInputs;

/// <summary>
/// No response reveals the paths of the service's files. .NET's own messages about files contain paths, so the tests provoke each file error that a client can
/// cause or encounter, and search every response including its headers.
/// </summary>
public sealed class ServerPathTests
{
    private readonly List<string> _answers = [];

    private async Task<HttpResponseMessage> KeepAsync(Task<HttpResponseMessage> answer)
    {
        var response = await answer;
        var (request, body) = (response.RequestMessage!, await response.Content.ReadAsStringAsync(TestHttp.Cancellation));
        _answers.Add($"{request.Method} {request.RequestUri?.AbsolutePath} {(int)response.StatusCode}\n{response.Headers}{response.Content.Headers}\n{body}");
        return response;
    }

    private Task<HttpResponseMessage> GetAsync(HttpClient client, string path) => KeepAsync(client.GetAsync(path, TestHttp.Cancellation));

    private async Task JobAsync(HttpClient client, object settings, string code)
    {
        var accepted = await (await KeepAsync(client.PostJobAsync(settings))).JsonAsync(System.Net.HttpStatusCode.Accepted);
        var job = await client.EndOfJobAsync((string)accepted["id"]!);
        await GetAsync(client, $"/train/{accepted["id"]}");
        await GetAsync(client, $"/train/{accepted["id"]}/events");
        await GetAsync(client, "/train");
        Assert.True(code == (string?)job["error"]?["code"], job.ToJsonString());
    }

    [Fact]
    public async Task No_answer_of_a_service_with_damaged_and_missing_files_contains_its_folders()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn();
        using var client = application.Start();
        var (data, models) = (Path.Combine(application.Folder, "data"), Path.Combine(application.Folder, "models"));
        var ids = (await client.GetJsonAsync("/models"))["models"]!.AsArray().Select(model => (string)model!["id"]!).ToList();
        var current = (string)(await client.GetJsonAsync("/models/current"))["id"]!;
        var other = ids.Single(id => id != current);
        var submission = TestHttp.Body(Encoding.ASCII.GetBytes($"{KaggleFiles.Pixels}\n{string.Join(',', Enumerable.Repeat(0, 784))}\n"));
        using var created = await KeepAsync(client.PostAsync("/submissions", submission, TestHttp.Cancellation));
        var set = await client.AddDatasetAsync(DatasetFiles.Csv());
        var settings = new { data = set, network = "mlp", mode = "dataset", epochs = 1, batchSize = 64, promote = "never" };

        // A file replaces each folder, so that writes there fail even for root.
        foreach (var folder in new[] { "downloads", "checkpoints" }) await File.WriteAllTextAsync(Path.Combine(data, folder), "", TestHttp.Cancellation);
        foreach (var file in new[] { "weights.pth", "model.onnx" }) await (await GetAsync(client, $"/models/{current}/{file}")).ProblemAsync(507, "storage_failed");
        await JobAsync(client, settings, "storage_failed");
        await JobAsync(client, new { network = "mlp", epochs = 1 }, "data_unavailable");
        File.Delete(Path.Combine(data, "datasets", $"{set}.images"));
        await JobAsync(client, settings, "data_changed");
        var weights = await File.ReadAllBytesAsync(Path.Combine(models, current, "weights.safetensors"), TestHttp.Cancellation);
        await KeepAsync(client.PostAsync("/models", TestHttp.Body(weights), TestHttp.Cancellation));
        await KeepAsync(client.PostAsync("/models", TestHttp.Body([1, 2, 3]), TestHttp.Cancellation));

        File.Delete(Path.Combine(data, created.Headers.Location!.OriginalString[1..] + ".csv"));
        await (await GetAsync(client, $"{created.Headers.Location}/submission.csv")).ProblemAsync(404, "submission_not_found");
        foreach (var folder in new[] { "datasets", "submissions" })
        {
            Directory.Delete(Path.Combine(data, folder), recursive: true);
            await File.WriteAllTextAsync(Path.Combine(data, folder), "", TestHttp.Cancellation);
        }
        await (await KeepAsync(client.PostDatasetAsync(DatasetFiles.Csv()))).ProblemAsync(507, "storage_failed");
        await (await KeepAsync(client.PostDatasetAsync(DatasetFiles.Zip(DatasetFiles.Entries())))).ProblemAsync(507, "storage_failed");
        await (await KeepAsync(client.PostAsync("/submissions", submission, TestHttp.Cancellation))).ProblemAsync(507, "storage_failed");
        string[] others = ["/datasets", $"/datasets/{set}", "/submissions", "/version", "/metrics", "/swagger/v1/swagger.json", "/health/ready"];
        foreach (var path in others) await GetAsync(client, path);

        Directory.CreateDirectory(Path.Combine(models, "previous"));
        await (await KeepAsync(client.PostAsync($"/models/{other}/promote?force=true", null, TestHttp.Cancellation))).ProblemAsync(507, "storage_failed");
        foreach (var damage in new Action<string>[] { File.Delete, path => Directory.CreateDirectory(path), ReplaceFolder })
        {
            foreach (var file in new[] { "weights.safetensors", "evaluation.json", "card.json" })
            {
                damage(Path.Combine(models, other, file));
                foreach (var path in new[] { "", "/evaluation", "/weights.safetensors", "/weights.pth", "/model.onnx" }) await GetAsync(client, $"/models/{other}{path}");
                await GetAsync(client, $"/models/compare?a={current}&b={other}");
                await KeepAsync(client.PostAsync($"/models/{other}/promote?force=true", null, TestHttp.Cancellation));
            }
        }
        AssertNoPaths(application);
    }

    [Fact]
    public async Task No_answer_of_a_service_without_a_model_contains_its_folders()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn();
        Directory.Delete(Path.Combine(application.Folder, "models"), recursive: true);
        using var client = application.Start();
        foreach (var path in new[] { "/health/ready", "/models", "/models/current", "/models/none/weights.pth" }) await GetAsync(client, path);
        await KeepAsync(client.PostAsync("/predict", TestHttp.Body(AttackedService.GoodPicture), TestHttp.Cancellation));
        AssertNoPaths(application);
    }

    private static void ReplaceFolder(string path)
    {
        Directory.Delete(path);
        File.WriteAllText(path, "{");
    }

    private void AssertNoPaths(ServiceApplication application)
    {
        Assert.NotEmpty(_answers);
        Assert.All(_answers, answer =>
        {
            foreach (var folder in new[] { application.Folder, MnistLocation.Root, AppContext.BaseDirectory, Environment.CurrentDirectory })
                Assert.False(answer.Contains(folder, StringComparison.Ordinal), answer[..Math.Min(2000, answer.Length)]);
        });
    }
}
