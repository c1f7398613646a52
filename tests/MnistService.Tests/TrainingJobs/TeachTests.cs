using System.Net;
using MnistService.Tests.Datasets;
using MnistService.Tests.ModelRegistry;

namespace MnistService.Tests.TrainingJobs;

/// <summary><c>POST /datasets/{id}/teach</c> with the fully connected network, which learns in seconds. <c>TeachPageTests</c> teaches the CNN.</summary>
[Collection(TestSupport.OneAtATimeCollection.Name)]
public sealed class TeachTests : IAsyncDisposable
{
    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
    private readonly HttpClient _client;

    public TeachTests() => _client = _application.Start();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task A_single_digit_is_taught_to_the_served_model_whatever_its_network()
    {
        var cnn = await _client.ServedAsync();
        var mlp = (string)(await _client.GetJsonAsync("/models"))["models"]!.AsArray().Single(model => (string?)model!["network"] == "mlp")!["id"]!;
        (await _client.PromoteAsync(mlp, "?force=true")).EnsureSuccessStatusCode();
        var data = await _client.AddDatasetAsync(DatasetFiles.Csv(DatasetFiles.Rows[..1]));

        var job = await (await _client.PostAsync($"/datasets/{data}/teach", null, TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Accepted);
        var settings = job["settings"]!;
        Assert.Equal(["mnist", "strokes", data], settings["data"]!.AsArray().Select(part => (string?)part!["id"]));
        Assert.Equal((mlp, "ifBetter", "mlp"), ((string?)settings["startFrom"], (string?)settings["promote"], (string?)settings["recipe"]!["network"]));
        Assert.InRange((int)settings["recipe"]!["epochs"]!, 1, 12);

        var ended = await _client.EndOfJobAsync((string)job["id"]!);
        Assert.True((string?)ended["state"] == "succeeded", ended.ToJsonString());
        var own = ended["promotion"]!["own"]!;
        Assert.Equal((1, 1, 1), ((int)own["images"]!, (int)own["trained"]!, (int)own["right"]!));
        Assert.Equal(["mnist", "mnist", "strokes", "strokes"], ended["promotion"]!["references"]!.AsArray().Select(compared => (string?)compared!["set"]).Order());
        // The taught model is still worse than the shipped CNN, although it is not worse than the MLP that serves.
        Assert.Matches(@"^Worse than the shipped model on (MNIST|strokes): ", (string?)ended["promotion"]!["reason"]);
        Assert.Equal([(cnn, "shipped"), (cnn, "shipped")], ended["promotion"]!["references"]!.AsArray().Where(compared => !(bool)compared!["passes"]!)
            .Select(compared => ((string?)compared!["model"], (string?)compared["against"])));
    }
}
