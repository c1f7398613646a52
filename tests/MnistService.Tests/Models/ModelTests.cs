using System.Net;
using System.Security.Cryptography;

namespace MnistService.Tests.Models;

/// <summary><c>/models</c>: what is shown, downloaded and switched.</summary>
public sealed class ModelTests : IAsyncDisposable
{
    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn();
    private readonly HttpClient _client;

    public ModelTests() => _client = _application.Start();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    private string PathOf(string model, string file) => Path.Combine(_application.Folder, "models", model, file);

    private async Task<string[]> IdsAsync() => [.. (await _client.GetJsonAsync("/models"))["models"]!.AsArray().Select(model => (string)model!["id"]!)];

    [Fact]
    public async Task The_shipped_models_are_listed_with_what_was_measured()
    {
        var list = await _client.GetJsonAsync("/models");
        Assert.Equal((string?)(await _client.GetJsonAsync("/models/current"))["id"], (string?)list["current"]);
        var networks = list["models"]!.AsArray().Select(model => (string)model!["network"]!);
        Assert.Equal(["cnn", "mlp"], networks.Order());
        var card = await _client.GetJsonAsync($"/models/{(string)list["current"]!}");
        Assert.Equal(409_642, (int)card["parameters"]!);
        Assert.InRange((double)card["test"]!["accuracy"]!, 0.9955, 1);
    }

    [Fact]
    public async Task Weights_are_downloaded_as_the_card_says()
    {
        var card = await _client.GetJsonAsync("/models/current");
        var bytes = await _client.GetByteArrayAsync($"/models/{card["id"]}/weights.safetensors", Http.Cancellation);
        Assert.Equal((string?)card["weightsSha256"], Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public async Task A_model_is_promoted_and_rolled_back()
    {
        var before = (string)(await _client.GetJsonAsync("/models/current"))["id"]!;
        var other = (await IdsAsync()).Single(id => id != before);
        foreach (var id in new[] { other, before })
        {
            Assert.Equal(HttpStatusCode.OK, (await _client.PostAsync($"/models/{id}/activate", null, Http.Cancellation)).StatusCode);
            Assert.Equal(id, (string?)(await _client.GetJsonAsync("/health/ready"))["model"]);
            Assert.Equal(id, (await File.ReadAllTextAsync(PathOf("", "current"), Http.Cancellation)).Trim());
        }
    }

    [Fact]
    public async Task A_model_with_damaged_weights_is_not_promoted_and_the_old_one_goes_on()
    {
        var before = (string)(await _client.GetJsonAsync("/models/current"))["id"]!;
        var other = (await IdsAsync()).Single(id => id != before);
        var weights = await File.ReadAllBytesAsync(PathOf(other, "weights.safetensors"), Http.Cancellation);
        weights[^1] ^= 1;
        await File.WriteAllBytesAsync(PathOf(other, "weights.safetensors"), weights, Http.Cancellation);
        await (await _client.PostAsync($"/models/{other}/activate", null, Http.Cancellation)).ProblemAsync(422, "model_unusable");
        Assert.Equal(before, (string?)(await _client.GetJsonAsync("/health/ready"))["model"]);
    }

    [Fact]
    public async Task A_damaged_card_is_named_and_does_not_hide_the_others()
    {
        var current = (string)(await _client.GetJsonAsync("/models/current"))["id"]!;
        var other = (await IdsAsync()).Single(id => id != current);
        await File.WriteAllTextAsync(PathOf(other, "card.json"), "{", Http.Cancellation);
        Assert.Equal([current], await IdsAsync());
        await (await _client.GetAsync($"/models/{other}", Http.Cancellation)).ProblemAsync(500, "model_damaged");
        await (await _client.PostAsync($"/models/{other}/activate", null, Http.Cancellation)).ProblemAsync(500, "model_damaged");
    }
}
