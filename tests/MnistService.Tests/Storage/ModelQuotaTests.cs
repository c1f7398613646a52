using System.Net;
using System.Text.Json.Nodes;
using MnistService.Tests.Datasets;
using MnistService.TestSupport;

namespace MnistService.Tests.Storage;

/// <summary>A full model store: imports and jobs are rejected before they do expensive work, or the oldest model is evicted.</summary>
[Collection(FaultCollection.Name)]
public sealed class ModelQuotaTests
{
    private const string MaxCount = "MnistService:Storage:Models:MaxCount", WhenFull = "MnistService:Storage:Models:WhenFull";

    [Fact]
    public async Task A_full_store_refuses_an_import_and_a_job_says_so_before_it_trains_and_can_be_resumed()
    {
        using var application = ServiceApplication.WithModelsOfItsOwn((MaxCount, "2")).WithMnist();
        using var client = application.Start();
        var problem = await (await client.PostAsync("/models", TestHttp.Body(Weights(application)), TestHttp.Cancellation)).ProblemAsync(507, "storage_full");
        Assert.Contains("2 models", (string?)problem["detail"], StringComparison.Ordinal);

        var data = await client.AddDatasetAsync(DatasetFiles.Csv());
        var id = (string)(await (await client.PostJobAsync(Job(data))).JsonAsync(HttpStatusCode.Accepted))["id"]!;
        var failed = await client.EndOfJobAsync(id);
        Assert.Equal(("failed", "storage_full"), ((string?)failed["state"], (string?)failed["error"]?["code"]));
        Assert.Empty(failed["epochs"]!.AsArray());

        (await client.DeleteAsync($"/models/{Ids(await ModelsAsync(client)).Single(model => model.StartsWith("mlp", StringComparison.Ordinal))}", TestHttp.Cancellation)).EnsureSuccessStatusCode();
        (await client.PostAsync($"/train/{id}/resume", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        var done = await client.EndOfJobAsync(id);
        Assert.True((string?)done["state"] == "succeeded", done.ToJsonString());
        Assert.Equal(2, Ids(await ModelsAsync(client)).Length);
    }

    [Fact]
    public async Task The_oldest_model_makes_room_but_never_the_served_one_or_the_one_before_it()
    {
        using var application = ServiceApplication.WithModelsOfItsOwn((MaxCount, "4"), (WhenFull, "DeleteOldest")).WithMnist();
        using var client = application.Start();
        var shipped = Ids(await ModelsAsync(client));
        foreach (var id in shipped.Order(StringComparer.Ordinal)) // promotes cnn, then mlp: mlp then serves, and cnn is the previous model
            (await client.PostAsync($"/models/{id}/promote?force=true", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        var data = await client.AddDatasetAsync(DatasetFiles.Csv());
        var made = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var id = (string)(await (await client.PostJobAsync(Job(data))).JsonAsync(HttpStatusCode.Accepted))["id"]!;
            var job = await client.EndOfJobAsync(id);
            Assert.True((string?)job["state"] == "succeeded", job.ToJsonString());
            made.Add((string)job["model"]!);
        }
        Assert.Equal([.. made.TakeLast(2).Concat(shipped).Order(StringComparer.Ordinal)], Ids(await ModelsAsync(client)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Shipped_models_make_no_room_even_if_they_are_neither_served_nor_the_one_before()
    {
        using var application = ServiceApplication.WithModelsOfItsOwn((MaxCount, "5"), (WhenFull, "DeleteOldest")).WithMnist();
        using var client = application.Start();
        var (weights, models) = (Weights(application), Path.Combine(application.Folder, "models"));
        var shipped = Ids(await ModelsAsync(client)).Single(id => id.StartsWith("cnn", StringComparison.Ordinal));
        ServiceFolder.CopyModel(models, shipped, "shipped-before", isShipped: true);
        foreach (var id in new[] { "copy-1", "copy-2" }) // copy-2 then serves, and copy-1 is the previous model
        {
            ServiceFolder.CopyModel(models, shipped, id);
            (await client.PostAsync($"/models/{id}/promote?force=true", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        }
        await ImportAsync(); // evicts the mlp
        var last = await ImportAsync(); // evicts the first import
        Assert.Equal(new[] { last, shipped, "shipped-before", "copy-1", "copy-2" }.Order(StringComparer.Ordinal), Ids(await ModelsAsync(client)).Order(StringComparer.Ordinal));

        async Task<string> ImportAsync() =>
            (string)(await (await client.PostAsync("/models", TestHttp.Body(weights), TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Created))["id"]!;
    }

    private static object Job(string data) => new { network = "mlp", data, epochs = 1, batchSize = 32, promote = "never" };

    private static byte[] Weights(ServiceApplication application) =>
        File.ReadAllBytes(Path.Combine(Directory.EnumerateDirectories(Path.Combine(application.Folder, "models"), "mlp-*").Single(), "weights.safetensors"));

    private static Task<JsonNode> ModelsAsync(HttpClient client) => client.GetJsonAsync("/models");

    private static string[] Ids(JsonNode models) => [.. models["models"]!.AsArray().Select(model => (string)model!["id"]!)];
}
