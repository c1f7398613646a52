using System.Net;
using System.Runtime.InteropServices;
using MnistService.Model.Weights;
using MnistService.Model.Weights.PyTorch;
using MnistService.TestSupport;

namespace MnistService.Tests.ModelRegistry;

/// <summary><c>POST /models</c>: imported weights are validated and evaluated, and serve only after a promotion.</summary>
public sealed class ModelImportTests : IAsyncDisposable
{
    // Mean and standard deviation of MNIST pixels between 0 and 1, as in the notebook.
    private const double Mean = 0.13066047430038452, Deviation = 0.30810782313346863;

    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn();

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static string Shipped(string network) => Path.GetFileName(Directory.EnumerateDirectories(Path.Combine(MnistLocation.Root, "models"), network + "-*").Single());

    internal static StateDict Weights(string network) =>
        Safetensors.Read(File.ReadAllBytes(Path.Combine(MnistLocation.Root, "models", Shipped(network), "weights.safetensors")));

    /// <summary>
    /// Converts weights to equivalent weights for pixels that are not divided by 255. The notebook's training on Kaggle's pixels produces such
    /// weights.
    /// </summary>
    private static StateDict ForRawPixels(StateDict mlp)
    {
        float[] weights = [.. mlp["classify.0.weight"].Floats], biases = [.. mlp["classify.0.bias"].Floats]; // [256,784], [256]
        var shift = (Mean / 255 - Mean) / Deviation;
        for (var row = 0; row < biases.Length; row++)
        {
            var inputs = weights.AsSpan(row * 784, 784);
            var sum = 0.0;
            foreach (ref var weight in inputs)
            {
                sum += weight;
                weight /= 255;
            }
            biases[row] += (float)(shift * sum);
        }
        return With(With(mlp, "classify.0.weight", weights), "classify.0.bias", biases);
    }

    internal static StateDict With(StateDict state, string name, float[] values) =>
        new(state.Tensors.Select(t => t.Name == name ? t with { Bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() } : t));

    [Theory]
    [InlineData("cnn", "safetensors", "unit")]
    [InlineData("mlp", "pytorch", "unit")]
    [InlineData("mlp", "pytorch", "raw")]
    public async Task A_file_is_measured_both_ways_and_serves_with_the_scaling_that_fits(string network, string format, string scaling)
    {
        using var client = _application.WithMnist().Start();
        var origin = await client.GetJsonAsync($"/models/{Shipped(network)}");
        var state = scaling == "raw" ? ForRawPixels(Weights(network)) : Weights(network);
        var file = format == "pytorch" ? PyTorchFile.Write(state) : Safetensors.Write(state);
        var before = (string?)(await client.GetJsonAsync("/models/current"))["id"];

        var response = format == "pytorch"
            ? await client.PostAsync("/models?name=from%20elsewhere", TestHttp.Form(("final_model.pth", file)), TestHttp.Cancellation)
            : await client.PostAsync("/models?name=from%20elsewhere", TestHttp.Body(file), TestHttp.Cancellation);
        var card = await response.JsonAsync(HttpStatusCode.Created);
        var id = (string)card["id"]!;
        Assert.Equal($"/models/{id}", response.Headers.Location?.OriginalString);
        Assert.Equal(("from elsewhere", network, scaling, format), ((string?)card["name"], (string?)card["network"], (string?)card["scaling"], (string?)card["import"]!["format"]));
        Assert.Equal((double)origin["test"]!["accuracy"]!, (double)card["test"]!["accuracy"]!, 3); // rounding may change the predictions of one or two images
        var (unit, raw) = ((double)card["import"]!["unitAccuracy"]!, (double)card["import"]!["rawAccuracy"]!);
        Assert.True(scaling == "unit" ? unit > raw : raw > unit, $"{unit} with pixels divided, {raw} without");
        Assert.True((double)card["calibration"]!["errorAfter"]! < (double)card["calibration"]!["errorBefore"]!, card["calibration"]!.ToJsonString());
        Assert.True((double)card["calibration"]!["lossAfter"]! < (double)card["calibration"]!["lossBefore"]!, card["calibration"]!.ToJsonString());

        Assert.Equal(before, (string?)(await client.GetJsonAsync("/models/current"))["id"]); // the import does not promote the model
        (await client.PostAsync($"/models/{id}/promote?force=true", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        var picture = new Drawings.Scene("plain", 120, 120, 90, 9).Draw(3, new Random(1));
        var answer = await (await client.PostAsync("/predict", TestHttp.Body(picture), TestHttp.Cancellation)).JsonAsync();
        Assert.Equal((3, id), ((int)answer["digit"]!, (string)answer["model"]!));
    }

    [Fact]
    public async Task What_cannot_serve_is_refused_and_leaves_nothing()
    {
        using var client = _application.WithMnist().Start();
        var before = Directory.GetFileSystemEntries(Path.Combine(_application.Folder, "models"));
        var mlp = Weights("mlp");
        var tensor = mlp["classify.3.weight"];
        await RefusedAsync([], 422, "model_file_invalid");
        await RefusedAsync("a picture of a model"u8.ToArray(), 422, "model_file_invalid");
        await RefusedAsync(Safetensors.Write(mlp)[..1000], 422, "model_file_invalid");
        await RefusedAsync(File.ReadAllBytes(Path.Combine(MnistLocation.Root, "tests", "MnistService.Model.Tests", "Weights", "PyTorch", "fixtures", "evil.pth")), 422, "model_file_invalid");
        await RefusedAsync(PyTorchFile.Write(With(mlp, tensor.Name, [.. tensor.Floats.ToArray().Select(_ => float.NaN)])), 422, "model_file_invalid");
        var constant = await RefusedAsync(PyTorchFile.Write(With(mlp, tensor.Name, new float[tensor.Floats.Length])), 422, "model_inaccurate");
        Assert.Contains("on 5000 held-out images", constant, StringComparison.Ordinal);
        await (await client.PostAsync("/models", TestHttp.Form(), TestHttp.Cancellation)).ProblemAsync(400, "form_invalid");
        await (await client.PostAsync($"/models?name={new string('x', 101)}", TestHttp.Body(Safetensors.Write(mlp)), TestHttp.Cancellation)).ProblemAsync(422, "query_invalid");
        Assert.Equal(before, Directory.GetFileSystemEntries(Path.Combine(_application.Folder, "models")));

        async Task<string> RefusedAsync(byte[] file, int status, string code) =>
            (string)(await (await client.PostAsync("/models", TestHttp.Body(file), TestHttp.Cancellation)).ProblemAsync(status, code))["detail"]!;
    }

    /// <summary>All weights are finite, but a pixel that few images use overflows an unused unit: infinity times 0 is not a number.</summary>
    [Fact]
    public async Task A_network_that_computes_no_number_for_some_images_is_refused()
    {
        using var client = _application.WithMnist().Start();
        const int Pixel = 26 * 28 + 14;
        var (first, last) = (Weights("mlp")["classify.0.weight"].Floats.ToArray(), Weights("mlp")["classify.3.weight"].Floats.ToArray()); // [256,784], [10,256]
        first[Pixel] = 3e38f;
        for (var digit = 0; digit < 10; digit++) last[digit * 256] = 0;
        var state = With(With(Weights("mlp"), "classify.0.weight", first), "classify.3.weight", last);
        var problem = await (await client.PostAsync("/models", TestHttp.Body(Safetensors.Write(state)), TestHttp.Cancellation)).ProblemAsync(422, "model_file_invalid");
        Assert.StartsWith("The network computes infinities or NaN", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_low_accuracy_is_told_with_a_warning()
    {
        using var client = _application.WithMnist().Start();
        var bias = Weights("mlp")["classify.3.bias"].Floats.ToArray();
        bias[0] = bias[1] = -1000; // 0 and 1, a fifth of the images, are never predicted
        var card = await (await client.PostAsync("/models", TestHttp.Body(Safetensors.Write(With(Weights("mlp"), "classify.3.bias", bias))), TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Created);
        Assert.StartsWith("The accuracy is only 7", (string?)card["import"]!["warning"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_mnist_it_cannot_be_measured_and_is_not_taken()
    {
        using var client = _application.Start();
        await (await client.PostAsync("/models", TestHttp.Body(Safetensors.Write(Weights("mlp"))), TestHttp.Cancellation)).ProblemAsync(503, "data_unavailable");
    }

    [Fact]
    public async Task A_file_over_the_limit_is_refused()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn(("MnistService:Models:MaxImportBytes", "100000"));
        using var client = application.Start();
        await (await client.PostAsync("/models", TestHttp.Body(Safetensors.Write(Weights("mlp"))), TestHttp.Cancellation)).ProblemAsync(413, "model_too_large");
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("weights.pth")]
    public async Task What_is_downloaded_can_be_imported_again(string file)
    {
        using var client = _application.WithMnist().Start();
        var bytes = await client.GetByteArrayAsync($"/models/{Shipped("mlp")}/{file}", TestHttp.Cancellation);
        var card = await (await client.PostAsync("/models", TestHttp.Body(bytes), TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal((string?)(await client.GetJsonAsync($"/models/{Shipped("mlp")}"))["weightsSha256"], (string?)card["weightsSha256"]);
    }
}
