using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MnistService.Database;
using MnistService.Model.Training;
using MnistService.TestSupport;

namespace MnistService.Tests.Datasets;

/// <summary><c>POST /train {"data":"&lt;id&gt;"}</c>: a job trains on the uploaded data set only.</summary>
[Collection(OneAtATimeCollection.Name)]
public sealed class DatasetTrainingTests
{
    [Fact]
    public async Task A_job_trains_on_an_upload_and_its_card_names_it()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn();
        using var client = application.Start();
        var set = await (await client.PostDatasetAsync(DatasetFiles.Csv())).JsonAsync(HttpStatusCode.Created);
        var id = (string)set["id"]!;

        var job = await EndAsync(client, new { network = "mlp", epochs = 1, data = id, promote = "ifBetter" });
        Assert.True((string?)job["state"] == "succeeded", job.ToJsonString());
        Assert.Equal(id, (string?)job["settings"]!["data"]);
        Assert.Null(job["test"]); // MNIST is missing, and the service does not download it for the test
        Assert.Equal(
            "MNIST's four files (train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz) are missing from the data directory, "
            + "or do not have their published lengths, so models cannot be compared on MNIST. "
            + "Copy the files into the data directory, or set MnistService:Data:Download to true and start a training job. Not promoted.",
            (string?)job["promotion"]!["reason"]);
        var card = await client.GetJsonAsync($"/models/{job["model"]}");
        Assert.Equal((id, (string?)set["sha256"], 275), ((string?)card["training"]!["data"], (string?)card["training"]!["dataSha256"], (int)card["training"]!["images"]!));
        Assert.Equal(25, (int)card["validation"]!["images"]!);
        Assert.Null(card["test"]);
    }

    [Fact]
    public async Task A_job_trains_on_a_mixture_and_its_card_lists_the_parts()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn();
        using var client = application.Start();
        var set = await (await client.PostDatasetAsync(DatasetFiles.Csv())).JsonAsync(HttpStatusCode.Created);
        var id = (string)set["id"]!;
        var settings = new { network = "mlp", epochs = 2, data = new object[] { id, new { id = "strokes", weight = 0.5 } }, promote = "ifBetter" };

        var job = await EndAsync(client, settings);
        Assert.True((string?)job["state"] == "succeeded", job.ToJsonString());
        Assert.Equal($$"""[{"id":"{{id}}","weight":1},{"id":"strokes","weight":0.5}]""", job["settings"]!["data"]!.ToJsonString());
        var card = await client.GetJsonAsync($"/models/{job["model"]}");
        var training = card["training"]!;
        Assert.Equal(($"{id} + strokes", 275 + 11_000), ((string?)training["data"], (int)training["images"]!));
        var parts = training["parts"]!.AsArray();
        Assert.Equal([(id, (string?)set["sha256"], 275, 1.0), ("strokes", (string?)(await client.GetJsonAsync("/datasets/strokes"))["sha256"], 11_000, 0.5)],
            parts.Select(part => ((string)part!["data"]!, (string?)part["sha256"], (int)part["images"]!, (double)part["weight"]!)));
        Assert.Equal(25 + 1_000, (int)card["validation"]!["images"]!);

        var again = await client.GetJsonAsync($"/models/{(await EndAsync(client, settings))["model"]}");
        Assert.Equal((string?)card["weightsSha256"], (string?)again["weightsSha256"]);
        Assert.Equal((string?)training["dataSha256"], (string?)again["training"]!["dataSha256"]);
    }

    /// <summary>The entries of a zip are sorted by digit. Without shuffling, the last twelfth that is held out would contain only nines.</summary>
    [Fact]
    public async Task A_sorted_zip_is_shuffled_before_its_last_part_is_held_out_always_alike()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn();
        using var client = application.Start();
        var id = await client.AddDatasetAsync(DatasetFiles.Zip(DatasetFiles.Entries()));
        var settings = new { network = "mlp", mode = "dataset", epochs = 2, batchSize = 16, data = id, promote = "never" };
        JsonNode[] cards = [.. await Task.WhenAll(CardAsync(), CardAsync())];
        var matrix = cards[0]["validation"]!["confusionMatrix"]!.AsArray().Select(row => row!.AsArray().Sum(n => (int)n!)).ToArray();
        Assert.Equal(25, matrix.Sum());
        Assert.True(matrix.Count(n => n > 0) >= 6, string.Join(' ', matrix));
        Assert.Equal((string?)cards[0]["weightsSha256"], (string?)cards[1]["weightsSha256"]);

        async Task<JsonNode> CardAsync() => await client.GetJsonAsync($"/models/{(await EndAsync(client, settings))["model"]}");
    }

    [Fact]
    public async Task Where_mnist_is_at_hand_its_test_images_measure_the_model()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
        using var client = application.Start();
        var job = await EndAsync(client, new { network = "mlp", epochs = 1, data = await client.AddDatasetAsync(DatasetFiles.Csv()), promote = "never" });
        Assert.Equal(10_000, (int)job["test"]!["images"]!);
    }

    [Fact]
    public async Task A_request_that_cannot_be_trained_names_the_field()
    {
        await using var application = new ServiceApplication();
        using var client = application.Start();
        var id = await client.AddDatasetAsync(DatasetFiles.Csv());
        var problem = await (await client.PostJobAsync(new { data = "02n5fd8zw1m4x" })).ProblemAsync(422, "train_settings_invalid");
        Assert.Contains("02n5fd8zw1m4x", (string?)problem["errors"]!["data"], StringComparison.Ordinal);
        problem = await (await client.PostJobAsync(new { data = id, batchSize = 276 })).ProblemAsync(422, "train_settings_invalid");
        Assert.Contains("at most 275, the number of training images", (string?)problem["errors"]!["batchSize"], StringComparison.Ordinal);
    }

    public static TheoryData<string> Changes() => ["a pixel", "the length", "no file", "nothing in it", "a label that is none"];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Pictures_that_were_changed_are_not_trained_on(string change)
    {
        await using var application = new ServiceApplication();
        using var client = application.Start();
        var id = await client.AddDatasetAsync(DatasetFiles.Csv());
        var path = Path.Combine(application.Folder, "data", "datasets", $"{id}.images");
        var bytes = await File.ReadAllBytesAsync(path, TestHttp.Cancellation);
        if (change == "a pixel") bytes[1000] ^= 1;
        if (change == "a label that is none") bytes[^1] = 10;
        if (change == "no file") File.Delete(path);
        else await File.WriteAllBytesAsync(path, change switch { "the length" => bytes[..^1], "nothing in it" => [], _ => bytes }, TestHttp.Cancellation);

        var job = await EndAsync(client, new { network = "mlp", epochs = 1, data = id });
        Assert.Equal(("failed", "data_changed"), ((string?)job["state"], (string?)job["error"]?["code"]));
        Assert.Contains(id, (string?)job["error"]!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_is_not_deleted_while_a_job_waits_for_it_or_trains_on_it()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn();
        using var client = application.Start();
        var (used, waited, free) = (await client.AddDatasetAsync(DatasetFiles.Csv()), await client.AddDatasetAsync(DatasetFiles.Csv()), await client.AddDatasetAsync(DatasetFiles.Csv()));
        var running = await StartAsync(client, new { network = "mlp", epochs = 1000, data = used });
        var queued = await StartAsync(client, new { network = "mlp", epochs = 1, data = new[] { "strokes", waited }, name = $"\"data\":\"{free}\"" });
        while ((string?)(await client.GetJsonAsync($"/train/{running}"))["state"] == "queued") await Task.Delay(20, TestHttp.Cancellation);

        await (await client.DeleteAsync($"/datasets/{used}", TestHttp.Cancellation)).ProblemAsync(409, "dataset_in_use");
        var problem = await (await client.DeleteAsync($"/datasets/{waited}", TestHttp.Cancellation)).ProblemAsync(409, "dataset_in_use");
        Assert.Contains(queued, (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/datasets/{free}", TestHttp.Cancellation)).StatusCode);

        (await client.PostAsync($"/train/{queued}/cancel", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        (await client.PostAsync($"/train/{running}/cancel", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        await client.EndOfJobAsync(running);
        await SetStateAsync(application, running, "interrupted");
        await (await client.DeleteAsync($"/datasets/{used}", TestHttp.Cancellation)).ProblemAsync(409, "dataset_in_use");
        await SetStateAsync(application, running, "cancelled");
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/datasets/{used}", TestHttp.Cancellation)).StatusCode);

        // A job cannot resume after its data set was deleted.
        (await client.PostAsync($"/train/{running}/resume", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        Assert.Equal("data_changed", (string?)(await client.EndOfJobAsync(running))["error"]!["code"]);
    }

    private static async Task SetStateAsync(ServiceApplication application, string job, string state)
    {
        await using var database = await application.Services.GetRequiredService<IDbContextFactory<ServiceDatabase>>().CreateDbContextAsync(TestHttp.Cancellation);
        await database.TrainingJobs.Where(j => j.Id == job).ExecuteUpdateAsync(update => update.SetProperty(j => j.State, state), TestHttp.Cancellation);
    }

    private static async Task<string> StartAsync(HttpClient client, object settings) =>
        (string)(await (await client.PostJobAsync(settings)).JsonAsync(HttpStatusCode.Accepted))["id"]!;

    /// <summary>Another version of the service may draw other strokes. A checkpoint of its jobs does not fit to them.</summary>
    [Theory]
    [InlineData("0000")]
    [InlineData(null)] // written by a version that stored no checksum
    public async Task A_checkpoint_of_other_strokes_is_refused_and_the_next_resume_starts_from_the_beginning(string? checksum)
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn();
        using var client = application.Start();
        var id = await StartAsync(client, new { network = "mlp", epochs = 1000, data = "strokes", promote = "never" });
        await TestHttp.EventuallyAsync(async () => (await client.GetJsonAsync($"/train/{id}"))["epochs"]!.AsArray().Count > 0);
        await CancelAsync();
        var path = Path.Combine(application.Folder, "data", "checkpoints", $"{id}.safetensors");
        var checkpoint = CheckpointFile.Find(path)!;
        Assert.Equal((string?)(await client.GetJsonAsync("/datasets/strokes"))["sha256"], checkpoint.DataSha256);
        CheckpointFile.Write(path, checkpoint with { DataSha256 = checksum });

        (await client.PostAsync($"/train/{id}/resume", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        var failed = await client.EndOfJobAsync(id);
        Assert.Equal(("failed", "data_changed"), ((string?)failed["state"], (string?)failed["error"]!["code"]));
        Assert.False(File.Exists(path));

        (await client.PostAsync($"/train/{id}/resume", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        await TestHttp.EventuallyAsync(async () => (await client.GetJsonAsync($"/train/{id}"))["epochs"]!.AsArray() is [var first, ..] && (double)first!["trainLoss"]! > 0);
        await CancelAsync();

        async Task CancelAsync()
        {
            (await client.PostAsync($"/train/{id}/cancel", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
            Assert.Equal("cancelled", (string?)(await client.EndOfJobAsync(id))["state"]);
        }
    }

    private static async Task<JsonNode> EndAsync(HttpClient client, object settings) => await client.EndOfJobAsync(await StartAsync(client, settings));
}
