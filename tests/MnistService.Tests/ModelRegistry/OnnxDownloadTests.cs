using Microsoft.ML.OnnxRuntime;
using MnistService.Drawings;
using MnistService.Model.Registry;

namespace MnistService.Tests.ModelRegistry;

/// <summary><c>/models/{id}/model.onnx</c>: the exported model gives the same probabilities in ONNX Runtime as <c>/predict</c>.</summary>
public sealed class OnnxDownloadTests : IAsyncDisposable
{
    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn();
    private readonly HttpClient _client;

    public OnnxDownloadTests() => _client = _application.Start();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    private async Task<string> CurrentAsync() => (string)(await _client.GetJsonAsync("/models/current"))["id"]!;

    [Fact]
    public async Task The_file_gives_in_ONNX_Runtime_what_predict_answers()
    {
        var id = await CurrentAsync();
        using var response = await _client.GetAsync($"/models/{id}/model.onnx", TestHttp.Cancellation);
        Assert.Equal("application/octet-stream", response.EnsureSuccessStatusCode().Content.Headers.ContentType?.MediaType);
        Assert.Equal(("attachment", $"{id}.onnx"), (response.Content.Headers.ContentDisposition?.DispositionType, response.Content.Headers.ContentDisposition?.FileName));

        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(await response.Content.ReadAsByteArrayAsync(TestHttp.Cancellation), options);
        foreach (var pixels in GoldenInputs.Pixels.Chunk(784))
        {
            using var input = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(pixels, pixel => (float)pixel), [1, 1, 28, 28]);
            using var run = new RunOptions();
            using var outputs = session.Run(run, ["pixels"], [input], ["probabilities"]);
            using var picture = TestHttp.Body(PngWriter.Mnist(pixels));
            var answer = await (await _client.PostAsync("/predict?invert=never&normalize=never", picture, TestHttp.Cancellation)).JsonAsync();
            var expected = answer["probabilities"]!.AsArray().Select(p => (float)p!).ToArray();
            var found = outputs[0].GetTensorDataAsSpan<float>().ToArray();
            Assert.Equal(expected.Length, found.Length);
            for (var digit = 0; digit < 10; digit++) Assert.Equal(expected[digit], found[digit], 1e-4f);
        }
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_not_found() =>
        await (await _client.GetAsync("/models/none/model.onnx", TestHttp.Cancellation)).ProblemAsync(404, "model_not_found");

    [Fact]
    public async Task Damaged_weights_are_not_passed_on()
    {
        var id = await CurrentAsync();
        var path = Path.Combine(_application.Folder, "models", id, "weights.safetensors");
        var weights = await File.ReadAllBytesAsync(path, TestHttp.Cancellation);
        weights[^1] ^= 1;
        await File.WriteAllBytesAsync(path, weights, TestHttp.Cancellation);
        foreach (var file in new[] { "model.onnx", "weights.pth" })
            await (await _client.GetAsync($"/models/{id}/{file}", TestHttp.Cancellation)).ProblemAsync(500, "model_damaged");
    }
}
