using System.Net.Http.Json;
using MnistService.Tests.Datasets;
using MnistService.TestSupport;

namespace MnistService.Tests.Faults;

/// <summary>A full or read-only disk: requests and jobs that cannot store their data fail with the reason, and predictions continue.</summary>
[Collection(FaultCollection.Name)]
public sealed class DiskTests : FaultRoom
{
    private const int Page = 4096; // bytes; allocation unit of tmpfs

    private string ImportedWeights => Path.Combine(Models, Mlp, "weights.safetensors");

    /// <summary>A file replaces each folder. Writes there then fail even for root, as on a read-only disk.</summary>
    [Fact]
    public async Task What_cannot_be_written_is_refused_or_fails_with_its_reason_and_serving_goes_on()
    {
        ServiceFolder.LinkMnist(Data);
        foreach (var name in new[] { "submissions", "datasets", "checkpoints" }) await File.WriteAllTextAsync(Path.Combine(Data, name), "", TestHttp.Cancellation);
        using var service = Start();
        using var client = await service.ListeningAsync();
        await (await client.PostAsync("/submissions", TestHttp.Body(Csv(), "text/csv"), TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");
        Assert.Empty((await client.GetJsonAsync("/submissions"))["submissions"]!.AsArray());
        await (await client.PostAsync("/datasets", TestHttp.Body(DatasetFiles.Csv()), TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");
        await AssertAJobFailsAndServingGoesOnAsync(service, client);
    }

    [Fact]
    public async Task A_full_disk_fails_a_job_and_an_upload_with_its_reason_and_serving_goes_on()
    {
        using var disk = Mount.Small(Data, "14m");
        ServiceFolder.LinkMnist(Data);
        using var service = Start();
        using var client = await service.ListeningAsync();
        using var filler = Fill(Data);
        await (await client.PostAsync("/submissions", TestHttp.Body(Csv(), "text/csv"), TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");
        await (await client.PostAsync("/datasets", TestHttp.Body(DatasetFiles.Csv()), TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");
        await (await client.PostAsJsonAsync("/train", new { network = "mlp", data = "mnist", epochs = 1 }, TestHttp.Cancellation)).ProblemAsync(507, "storage_failed"); // SQLite
        Assert.Equal(0, (int)(await client.GetJsonAsync("/train"))["total"]!);
        await AssertPredictsAsync(client);
        filler.SetLength(filler.Length - (2 << 20)); // space for the database rows of jobs, but not for a checkpoint
        await AssertAJobFailsAndServingGoesOnAsync(service, client);
    }

    [Fact]
    public async Task A_job_that_ends_on_a_full_disk_is_shown_as_it_ended_and_written_when_there_is_room()
    {
        using var disk = Mount.Small(Data, "40m");
        ServiceFolder.LinkMnist(Data);
        using var service = Start();
        using var client = await service.ListeningAsync();
        var id = await TrainAsync(client, new { network = "mlp", data = "mnist", epochs = 500, promote = "never" });
        await TestHttp.EventuallyAsync(async () => (await client.GetJsonAsync($"/train/{id}"))["progress"] is not null);
        using var filler = Fill(Data);

        var job = await EndAsync(client, id).WaitAsync(TimeSpan.FromMinutes(1), TestHttp.Cancellation);
        Assert.True(((string?)job["state"], (string?)job["error"]?["code"]) == ("failed", "storage_failed"), job.ToJsonString());
        Assert.Contains("The job is in the state 'failed'", (string?)(await (await client.PostAsync($"/train/{id}/cancel", null, TestHttp.Cancellation)).ProblemAsync(409, "job_finished"))["detail"], StringComparison.Ordinal);
        await (await client.PostAsync($"/train/{id}/resume", null, TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");
        await AssertPredictsAsync(client);

        filler.SetLength(0);
        await TestHttp.EventuallyAsync(async () => (await client.PostAsync($"/train/{id}/resume", null, TestHttp.Cancellation)).IsSuccessStatusCode);
        (await client.PostAsync($"/train/{id}/cancel", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        Assert.Equal("cancelled", (string?)(await EndAsync(client, id))["state"]);
    }

    [Fact]
    public async Task A_model_store_on_a_full_disk_takes_no_model_and_no_choice_and_the_old_one_serves_on()
    {
        var weights = await File.ReadAllBytesAsync(ImportedWeights, TestHttp.Cancellation);
        using var disk = Mount.Small(Models, "8m");
        ServiceFolder.CopyModels(Models);
        ServiceFolder.LinkMnist(Data);
        using var service = Start();
        using var client = await service.ListeningAsync();
        using var filler = Fill(Models);
        var (served, entries) = (Current, Entries());

        await (await client.PostAsync($"/models/{Mlp}/promote?force=true", null, TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");
        await (await client.PostAsync("/models", TestHttp.Body(weights), TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");
        filler.SetLength(filler.Length - (weights.Length + Page - 1) / Page * Page); // space for the weights, but not for the card
        await (await client.PostAsync("/models", TestHttp.Body(weights), TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");

        Assert.Equal(entries, Entries());
        Assert.Equal((served, served), (Current, (string?)(await client.GetJsonAsync("/health/ready"))["model"]));
        await AssertPredictsAsync(client);
        filler.SetLength(0); // free space is used without a restart
        (await client.PostAsync($"/models/{Mlp}/promote?force=true", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        Assert.Equal(Mlp, Current);
    }

    [Fact]
    public async Task A_data_directory_that_is_read_only_stops_the_start_with_one_line_that_names_it()
    {
        Directory.CreateDirectory(Data);
        using var disk = Mount.ReadOnly(Data);
        using var service = Start();
        Assert.Equal(1, await service.EndedAsync());
        var line = Assert.Single(service.Output.Split('\n'), line => line.StartsWith("MnistService did not start: ", StringComparison.Ordinal));
        Assert.StartsWith($"MnistService did not start: MnistService:Data:Directory is '{Data}', but no file can be written there: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", service.Output, StringComparison.Ordinal); // no stack trace
    }

    [Fact]
    public async Task A_model_store_that_is_read_only_serves_and_says_507_to_what_would_change_it()
    {
        var (weights, served) = (await File.ReadAllBytesAsync(ImportedWeights, TestHttp.Cancellation), Current);
        ServiceFolder.LinkMnist(Data);
        using var disk = Mount.ReadOnly(Models);
        using var service = Start();
        using var client = await service.ListeningAsync();
        await AssertPredictsAsync(client);

        await (await client.PostAsync("/models", TestHttp.Body(weights), TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");
        await (await client.PostAsync($"/models/{Mlp}/promote?force=true", null, TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");
        await (await client.PatchAsJsonAsync($"/models/{Mlp}", new { name = "new" }, TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");
        await (await client.DeleteAsync($"/models/{Mlp}", TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");
        await AssertAJobFailsAndServingGoesOnAsync(service, client);

        Assert.Equal(served, (string?)(await client.GetJsonAsync("/health/ready"))["model"]);
        Assert.Equal(2, (await client.GetJsonAsync("/models"))["models"]!.AsArray().Count);
    }

    private string[] Entries() => [.. Directory.EnumerateFileSystemEntries(Models, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static FileStream Fill(string disk)
    {
        var file = new FileStream(Path.Combine(disk, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        Assert.Throws<IOException>(() =>
        {
            for (var i = 0; i < 1 << 20; i++) file.Write(new byte[Page]);
        });
        return file;
    }
}
