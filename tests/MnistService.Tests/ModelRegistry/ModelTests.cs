using System.Net;
using System.Security.Cryptography;

namespace MnistService.Tests.ModelRegistry;

/// <summary><c>/models</c>: listing, download, promotion and deletion of models.</summary>
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
    public async Task A_model_shows_what_it_mistook_and_how_sure_it_was()
    {
        ServiceFolder.LinkMnist(Path.Combine(_application.Folder, "data"));
        foreach (var id in await IdsAsync())
        {
            var card = await _client.GetJsonAsync($"/models/{id}");
            var evaluation = await _client.GetJsonAsync($"/models/{id}/evaluation");
            Assert.Equal((double)card["test"]!["accuracy"]!, (double)evaluation["accuracy"]!);
            var mistakes = evaluation["mistakes"]!.AsArray();
            Assert.Equal(10_000 - Math.Round(10_000 * (double)evaluation["accuracy"]!), mistakes.Count);
            Assert.All(mistakes, mistake => Assert.NotEqual((int)mistake!["label"]!, (int)mistake["answer"]!));
            var bins = evaluation["reliability"]!.AsArray();
            Assert.Equal(10_000, bins.Sum(bin => (int)bin!["images"]!));
            Assert.All(bins, bin => Assert.InRange((double)bin!["accuracy"]!, 0, 1));

            var places = string.Join(',', mistakes.Take(5).Select(mistake => (int)mistake!["image"]!));
            var images = (await _client.GetJsonAsync($"/datasets/mnist/test-images?at={places}")).AsArray();
            Assert.Equal(mistakes.Take(5).Select(mistake => (int)mistake!["label"]!), images.Select(image => (int)image!["label"]!));
            Assert.All(images, image => Assert.Equal(784, Convert.FromBase64String((string)image!["pixels"]!).Length));
        }
        await (await _client.GetAsync("/models/none/evaluation", TestHttp.Cancellation)).ProblemAsync(404, "model_not_found");
    }

    [Fact]
    public async Task A_model_that_was_not_measured_says_so()
    {
        var id = (await IdsAsync())[0];
        File.Delete(PathOf(id, "evaluation.json"));
        await (await _client.GetAsync($"/models/{id}/evaluation", TestHttp.Cancellation)).ProblemAsync(404, "not_measured");
    }

    [Theory]
    [InlineData("?at=10000", 422, "query_invalid")]
    [InlineData("?at=-1", 422, "query_invalid")]
    [InlineData("?at=1,,2", 422, "query_invalid")]
    [InlineData("?at=99999999999", 422, "query_invalid")]
    [InlineData("?at=", 422, "query_invalid")]
    [InlineData("", 400, "request_invalid")]
    public async Task A_test_image_that_is_none_is_a_problem(string query, int status, string code)
    {
        ServiceFolder.LinkMnist(Path.Combine(_application.Folder, "data"));
        await (await _client.GetAsync($"/datasets/mnist/test-images{query}", TestHttp.Cancellation)).ProblemAsync(status, code);
        var many = string.Join(',', Enumerable.Repeat("1", 201));
        await (await _client.GetAsync($"/datasets/mnist/test-images?at={many}", TestHttp.Cancellation)).ProblemAsync(422, "query_invalid");
    }

    [Fact]
    public async Task Without_MNIST_there_are_no_test_images() =>
        await (await _client.GetAsync("/datasets/mnist/test-images?at=1", TestHttp.Cancellation)).ProblemAsync(404, "data_unavailable");

    [Fact]
    public async Task Weights_are_downloaded_as_the_card_says()
    {
        var card = await _client.GetJsonAsync("/models/current");
        var bytes = await _client.GetByteArrayAsync($"/models/{card["id"]}/weights.safetensors", TestHttp.Cancellation);
        Assert.Equal((string?)card["weightsSha256"], Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public async Task A_model_is_promoted_and_rolled_back()
    {
        var before = (string)(await _client.GetJsonAsync("/models/current"))["id"]!;
        var other = (await IdsAsync()).Single(id => id != before);
        foreach (var (id, query) in new[] { (other, "?force=true"), (before, "") }) // the previous model needs no force
        {
            Assert.Equal(HttpStatusCode.OK, (await _client.PostAsync($"/models/{id}/promote{query}", null, TestHttp.Cancellation)).StatusCode);
            Assert.Equal(id, (string?)(await _client.GetJsonAsync("/health/ready"))["model"]);
            Assert.Equal(id, (await File.ReadAllTextAsync(PathOf("", "current"), TestHttp.Cancellation)).Trim());
        }
    }

    /// <summary>The names of version 1.0.0, which stay for one version.</summary>
    [Fact]
    public async Task The_former_names_of_promote_are_deprecated_and_still_work()
    {
        var current = (string)(await _client.GetJsonAsync("/models/current"))["id"]!;
        using var promoted = await _client.PostAsync($"/models/{current}/activate", null, TestHttp.Cancellation);
        Assert.Equal(HttpStatusCode.OK, promoted.StatusCode);
        Assert.Matches("^@[0-9]+$", Assert.Single(promoted.Headers.GetValues("Deprecation")));
        Assert.Equal("<promote>; rel=\"successor-version\"", Assert.Single(promoted.Headers.GetValues("Link")));
        var route = (await _client.GetJsonAsync("/swagger/v1/swagger.json"))["paths"]!;
        Assert.True((bool)route["/models/{id}/activate"]!["post"]!["deprecated"]!);
        Assert.Null(route["/models/{id}/promote"]!["post"]!["deprecated"]);
    }

    [Fact]
    public async Task A_model_with_damaged_weights_is_not_promoted_and_the_old_one_goes_on()
    {
        var before = (string)(await _client.GetJsonAsync("/models/current"))["id"]!;
        var other = (await IdsAsync()).Single(id => id != before);
        var weights = await File.ReadAllBytesAsync(PathOf(other, "weights.safetensors"), TestHttp.Cancellation);
        weights[^1] ^= 1;
        await File.WriteAllBytesAsync(PathOf(other, "weights.safetensors"), weights, TestHttp.Cancellation);
        await (await _client.PostAsync($"/models/{other}/promote?force=true", null, TestHttp.Cancellation)).ProblemAsync(422, "model_unusable");
        Assert.Equal(before, (string?)(await _client.GetJsonAsync("/health/ready"))["model"]);
    }

    [Fact]
    public async Task A_damaged_card_is_named_and_does_not_hide_the_others()
    {
        var current = (string)(await _client.GetJsonAsync("/models/current"))["id"]!;
        var other = (await IdsAsync()).Single(id => id != current);
        await File.WriteAllTextAsync(PathOf(other, "card.json"), "{", TestHttp.Cancellation);
        Assert.Equal([current], await IdsAsync());
        await (await _client.GetAsync($"/models/{other}", TestHttp.Cancellation)).ProblemAsync(500, "model_damaged");
        await (await _client.PostAsync($"/models/{other}/promote", null, TestHttp.Cancellation)).ProblemAsync(500, "model_damaged");
    }

    [Fact]
    public async Task A_model_that_serves_cannot_be_deleted_and_another_can()
    {
        var current = (string)(await _client.GetJsonAsync("/models/current"))["id"]!;
        var other = (await IdsAsync()).Single(id => id != current);
        await (await _client.DeleteAsync($"/models/{current}", TestHttp.Cancellation)).ProblemAsync(409, "model_serving");
        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync($"/models/{other}", TestHttp.Cancellation)).StatusCode);
        Assert.Equal([current], await IdsAsync());
        Assert.False(Directory.Exists(PathOf(other, "")));
        foreach (var request in new[] { new HttpRequestMessage(HttpMethod.Delete, $"/models/{other}"), new HttpRequestMessage(HttpMethod.Get, $"/models/{other}/weights.pth") })
            await (await _client.SendAsync(request, TestHttp.Cancellation)).ProblemAsync(404, "model_not_found");
    }

    [Fact]
    public async Task The_model_before_is_named_so_that_one_can_go_back()
    {
        var current = (string)(await _client.GetJsonAsync("/models/current"))["id"]!;
        var other = (await IdsAsync()).Single(id => id != current);
        Assert.Null((await _client.GetJsonAsync("/models"))["previous"]);
        (await _client.PostAsync($"/models/{other}/promote?force=true", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        var list = await _client.GetJsonAsync("/models");
        Assert.Equal((other, current), ((string?)list["current"], (string?)list["previous"]));
    }

    [Fact]
    public async Task A_model_whose_files_go_while_it_serves_goes_on_serving()
    {
        var current = (string)(await _client.GetJsonAsync("/models/current"))["id"]!;
        Directory.Delete(PathOf(current, ""), recursive: true);
        var picture = new Drawings.Scene("plain", 120, 120, 90, 9).Draw(3, new Random(1));
        Assert.Equal(current, (string?)(await (await _client.PostAsync("/predict", TestHttp.Body(picture), TestHttp.Cancellation)).JsonAsync())["model"]);
        await (await _client.PostAsync($"/models/{current}/promote", null, TestHttp.Cancellation)).ProblemAsync(404, "model_not_found");
    }

    [Fact]
    public async Task A_choice_that_cannot_be_written_down_is_not_made()
    {
        var current = (string)(await _client.GetJsonAsync("/models/current"))["id"]!;
        var other = (await IdsAsync()).Single(id => id != current);
        Directory.CreateDirectory(PathOf("", "previous")); // a folder at the path of the file makes the write fail, even for root
        await (await _client.PostAsync($"/models/{other}/promote?force=true", null, TestHttp.Cancellation)).ProblemAsync(507, "storage_failed");
        Assert.Equal(current, (string?)(await _client.GetJsonAsync("/health/ready"))["model"]);
        Assert.Equal(current, (await File.ReadAllTextAsync(PathOf("", "current"), TestHttp.Cancellation)).Trim());
    }

    [Fact]
    public async Task The_baseline_is_compared_with_the_cnn()
    {
        var ids = await IdsAsync();
        var (mlp, cnn) = (ids.Single(id => id.StartsWith("mlp", StringComparison.Ordinal)), ids.Single(id => id.StartsWith("cnn", StringComparison.Ordinal)));
        var compared = await _client.GetJsonAsync($"/models/compare?a={mlp}&b={cnn}");
        Assert.Equal((double)(await _client.GetJsonAsync($"/models/{mlp}"))["test"]!["accuracy"]!, (double)compared["a"]!["accuracy"]!);
        Assert.Equal((double)(await _client.GetJsonAsync($"/models/{cnn}"))["test"]!["accuracy"]!, (double)compared["b"]!["accuracy"]!);
        Assert.Equal(10_000, new[] { "bothRight", "onlyARight", "onlyBRight", "bothWrong" }.Sum(part => (int)compared[part]!));
        Assert.True((double)compared["pValue"]! < 1e-6, compared["pValue"]!.ToJsonString());
        Assert.StartsWith(cnn, (string?)compared["conclusion"], StringComparison.Ordinal);
        var differences = compared["differences"]!.AsArray();
        Assert.True(differences.Count >= (int)compared["onlyARight"]! + (int)compared["onlyBRight"]!);
        Assert.All(differences, d => Assert.NotEqual((int)d!["a"]!, (int)d["b"]!));

        var itself = await _client.GetJsonAsync($"/models/compare?a={cnn}&b={cnn}");
        Assert.Equal((1, "The difference is not statistically significant."), ((double)itself["pValue"]!, (string?)itself["conclusion"]));
        await (await _client.GetAsync($"/models/compare?a={cnn}&b=none", TestHttp.Cancellation)).ProblemAsync(404, "model_not_found");
        await (await _client.GetAsync($"/models/compare?a={cnn}", TestHttp.Cancellation)).ProblemAsync(400, "request_invalid");
    }
}
