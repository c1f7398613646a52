using System.Diagnostics;
using System.Net;
using MnistService.Drawings;
using MnistService.TestSupport;

namespace MnistService.Tests.ModelRegistry;

/// <summary>
/// Repeated promotions under load: no request fails, and no memory leaks. The environment variable PROMOTIONS sets the number of promotions (default 80);
/// the first half is the warm-up.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class PromotionUnderLoadTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 4;
    // Bytes; allows for variation of the allocator and the GC. A leak of the networks of the last 40 promotions would be at least 48 MB.
    private const long Flat = 32 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-promotion-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Promotions_back_and_forth_under_load_fail_no_request_and_keep_no_memory()
    {
        var promotions = int.Parse(Environment.GetEnvironmentVariable("PROMOTIONS") ?? "80", System.Globalization.CultureInfo.InvariantCulture);
        var folder = Path.Combine(_folder, "models");
        ServiceFolder.CopyModels(folder);
        using var service = new ServiceProcess(_folder, ("MnistService__Models__Directory", folder));
        using var client = await service.ListeningAsync();
        var models = (await client.GetJsonAsync("/models"))["models"]!.AsArray().Select(m => (string)m!["id"]!).ToArray();
        Assert.Equal(2, models.Length);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestHttp.Cancellation);
        var asking = Enumerable.Range(0, Clients).Select(i => AskAsync(client, i, stop.Token)).ToArray();
        var (started, warm) = (Stopwatch.GetTimestamp(), 0L);
        for (var i = 1; i <= promotions; i++)
        {
            var id = models[i % 2];
            Assert.Equal(HttpStatusCode.OK, (await client.PostAsync($"/models/{id}/promote?force=true", null, TestHttp.Cancellation)).StatusCode);
            Assert.Equal(id, (string?)(await client.GetJsonAsync("/health/ready"))["model"]);
            if (i == promotions / 2) warm = service.Memory.Now;
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var after = service.Memory.Now;
        await stop.CancelAsync();
        var answers = (await Task.WhenAll(asking)).SelectMany(a => a).ToList(); // throws if a client received an error
        output.WriteLine($"{promotions} promotions in {seconds:f1} s beside {answers.Count} predictions; {warm >> 20} MB after half of them, {after >> 20} MB after all");
        Assert.Equal(models.Order(), answers.Distinct().Order());
        Assert.True(after - warm < Flat, $"memory grew from {warm >> 20} to {after >> 20} MB");
        Assert.Equal(models[(promotions - 1) % 2], (string?)(await client.GetJsonAsync("/models"))["previous"]);
    }

    private static async Task<List<string>> AskAsync(HttpClient client, int digit, CancellationToken stop)
    {
        var picture = new Scene("plain", 120, 120, 90, 9).Draw(digit, new Random(1));
        var models = new List<string>();
        while (!stop.IsCancellationRequested)
            models.Add((string)(await (await client.PostAsync("/predict", TestHttp.Body(picture), CancellationToken.None)).JsonAsync())["model"]!);
        return models;
    }
}
