using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MnistService.Drawings;

namespace MnistService.Tests.Faults;

/// <summary>
/// Base class of the tests for process, disk and operator faults. It provides a temporary folder with models and data, and service processes that use the
/// folder one after the other. Tests for bad settings and bad requests are in the folders of their features.
/// </summary>
public abstract class FaultRoom : IDisposable
{
    internal const int Rows = 20_000; // enough for an upload that takes noticeable time

    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-faults-").FullName;

    protected FaultRoom() => ServiceFolder.CopyModels(Models);

    /// <summary>Number of kills per test: the environment variable KILLS, or 3 if it is not set.</summary>
    private protected static int Kills => int.Parse(Environment.GetEnvironmentVariable("KILLS") ?? "3", CultureInfo.InvariantCulture);

    /// <summary>Image file of a drawn 3.</summary>
    private protected static byte[] Picture { get; } = new Scene("plain", 120, 120, 90, 9).Draw(3, new Random(1));

    private protected string Models => Path.Combine(_folder, "models");

    private protected string Data => Path.Combine(_folder, "data");

    private protected string Current => File.ReadAllText(Path.Combine(Models, "current")).Trim();

    private protected string Mlp => Directory.EnumerateDirectories(Models, "mlp-*").Select(path => Path.GetFileName(path)).Single();

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected ServiceProcess Start(params (string Name, string Value)[] settings) => new(_folder, [("MnistService__Models__Directory", Models), .. settings]);

    private protected static async Task AssertPredictsAsync(HttpClient client) =>
        Assert.Equal(3, (int)(await (await client.PostAsync("/predict", TestHttp.Body(Picture), TestHttp.Cancellation)).JsonAsync())["digit"]!);

    private protected static byte[] Csv(int rows = Rows)
    {
        var row = string.Join(',', Enumerable.Range(0, 784).Select(i => i % 256)) + "\n";
        return System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(row, rows)));
    }

    private protected static async Task<string> TrainAsync(HttpClient client, object settings) =>
        (string)(await (await client.PostAsJsonAsync("/train", settings, TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Accepted))["id"]!;

    private protected static async Task<JsonNode> EndAsync(HttpClient client, string id)
    {
        JsonNode job;
        while ((string?)(job = await client.GetJsonAsync($"/train/{id}"))["state"] is "queued" or "running") await Task.Delay(50, TestHttp.Cancellation);
        return job;
    }

    /// <summary>Runs a job and asserts that it fails with <c>storage_failed</c> and that predictions still succeed.</summary>
    private protected static async Task AssertAJobFailsAndServingGoesOnAsync(ServiceProcess service, HttpClient client)
    {
        var job = await EndAsync(client, await TrainAsync(client, new { network = "mlp", data = "mnist", epochs = 1, promote = "always" }));
        Assert.True((string?)job["error"]?["code"] == "storage_failed", job.ToJsonString() + service.Output);
        await AssertPredictsAsync(client);
    }
}
