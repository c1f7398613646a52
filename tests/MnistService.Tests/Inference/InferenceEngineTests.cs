using System.Net.Http.Json;
using MnistService.Drawings;
using MnistService.Tests.Datasets;
using MnistService.TestSupport;

namespace MnistService.Tests.Inference;

/// <summary>Inference engines: the service's own forward pass, or TorchSharp by setting. libtorch is loaded only when it is needed.</summary>
[Collection(AloneCollection.Name)]
public sealed class InferenceEngineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-engine-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Where_the_cpu_serves_libtorch_is_loaded_by_the_first_job_and_not_before()
    {
        ServiceFolder.LinkMnist(Path.Combine(_folder, "data"));
        ServiceFolder.CopyModels(Path.Combine(_folder, "models"));
        using var service = new ServiceProcess(_folder, ("MnistService__Models__Directory", Path.Combine(_folder, "models")), ("MnistService__Inference__Device", "cpu"));
        using var client = await service.ListeningAsync();
        await client.PostAsync("/predict", TestHttp.Body(Picture(7)), TestHttp.Cancellation);
        foreach (var page in new[] { "/version", "/models", "/health/ready", "/metrics" }) (await client.GetAsync(page, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        var weights = await client.GetByteArrayAsync($"/models/{(string?)(await client.GetJsonAsync("/models"))["current"]}/weights.safetensors", TestHttp.Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.Created, (await client.PostAsync("/models", TestHttp.Body(weights), TestHttp.Cancellation)).StatusCode);
        Assert.False(service.HasLoaded("libtorch_cpu.so"));

        var started = await (await client.PostAsJsonAsync("/train", new { network = "mlp", data = "mnist", steps = 1, promote = "never" }, TestHttp.Cancellation)).JsonAsync(System.Net.HttpStatusCode.Accepted);
        await client.EndOfJobAsync((string)started["id"]!);
        Assert.True(service.HasLoaded("libtorch_cpu.so"));
    }

    [Fact]
    public async Task TorchSharp_serves_on_the_cpu_when_it_is_told_to_and_answers_the_same()
    {
        using var own = new ServiceApplication();
        using var torch = new ServiceApplication(("MnistService:Inference:Engine", "torch"));
        foreach (var digit in Enumerable.Range(0, 10))
        {
            var expected = (await (await torch.Start().PostAsync("/predict", TestHttp.Body(Picture(digit)), TestHttp.Cancellation)).JsonAsync())["probabilities"]!.AsArray();
            var found = (await (await own.Start().PostAsync("/predict", TestHttp.Body(Picture(digit)), TestHttp.Cancellation)).JsonAsync())["probabilities"]!.AsArray();
            for (var i = 0; i < 10; i++) Assert.Equal((double)expected[i]!, (double)found[i]!, 1e-4);
        }
    }

    private static byte[] Picture(int digit) => new Scene("plain", 100, 100, 70, 8).Draw(digit, new Random(1));
}
