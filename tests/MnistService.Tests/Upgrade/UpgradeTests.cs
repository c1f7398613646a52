using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Nodes;
using MnistService.Model.Weights;
using MnistService.TestSupport;

namespace MnistService.Tests.Upgrade;

/// <summary>
/// A data directory and a model store that commit a76cc4e wrote (see <c>make-fixture</c>) open in this version: nothing is lost, and the interrupted job
/// continues with the losses of an uninterrupted job with the same settings. On a processor of the fixture's vendor, it also reaches the same weights.
/// </summary>
public sealed class UpgradeTests : IDisposable
{
    private const string Whole = "02ncqqyzx3kye", Cancelled = "02ncqr1bch2xf", Interrupted = "02ncqr1fkyema", Trained = "mlp-02ncqr18wvx6p", Dataset = "02ncqqxzpqh7t",
        Submission = "02ncqqyx03nyt";

    /// <summary>Processors with other vector widths add floating-point numbers in another order.</summary>
    private const float Tolerance = 1e-3f;

    /// <summary>
    /// Maximum difference of the training loss of an epoch, as a fraction, from the third epoch after the resumption on. Measured: at most 0.034 (Intel Xeon).
    /// </summary>
    private const double LaterTolerance = 0.05;

    private static readonly string Fixture = Path.Combine(MnistLocation.Root, "tests", "MnistService.Tests", "Upgrade", "a76cc4e");

    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn();

    public UpgradeTests()
    {
        foreach (var file in Directory.EnumerateFiles(Fixture, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_application.Folder, Path.GetRelativePath(Fixture, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task Everything_that_the_previous_version_stored_is_there()
    {
        using var client = _application.Start();
        Assert.Equal(Trained, (string?)(await client.GetJsonAsync("/models/current"))["id"]);
        Assert.Equal(200, (int)(await client.GetJsonAsync($"/submissions/{Submission}"))["rows"]!);
        var csv = await client.GetStringAsync($"/submissions/{Submission}/submission.csv", TestHttp.Cancellation);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Fixture, "data", "submissions", $"{Submission}.csv"), TestHttp.Cancellation), csv);
        var dataset = await client.GetJsonAsync($"/datasets/{Dataset}");
        Assert.Equal((300, "available"), ((int)dataset["images"]!, (string?)dataset["state"]));
        var whole = await client.GetJsonAsync($"/train/{Whole}");
        Assert.Equal(("succeeded", "always", true), ((string?)whole["state"], (string?)whole["settings"]!["promote"], (bool)whole["promotion"]!["promoted"]!));
        // The former names of version 1.0.0 stay for one version.
        Assert.Equal(("always", true), ((string?)whole["settings"]!["activate"], (bool)whole["activation"]!["activated"]!));
        Assert.Equal("cancelled", (string?)(await client.GetJsonAsync($"/train/{Cancelled}"))["state"]);
        Assert.Equal("interrupted", (string?)(await client.GetJsonAsync($"/train/{Interrupted}"))["state"]);
    }

    [Fact]
    public async Task An_interrupted_job_resumes_to_the_weights_of_an_uninterrupted_one()
    {
        using var client = _application.Start();
        var before = EpochsOf(await client.GetJsonAsync($"/train/{Interrupted}"));
        using (var answer = await client.PostAsync($"/train/{Interrupted}/resume", null, TestHttp.Cancellation)) answer.EnsureSuccessStatusCode();
        await TestHttp.EventuallyAsync(async () => (string?)(await client.GetJsonAsync($"/train/{Interrupted}"))["state"] is not ("queued" or "running"));
        var job = await client.GetJsonAsync($"/train/{Interrupted}");
        Assert.Equal("succeeded", (string?)job["state"]);
        var after = EpochsOf(job);
        Assert.Equal(40, after.Length);
        Assert.Equal(before, after[..before.Length]); // their times too: they were not trained again
        var whole = await client.GetJsonAsync($"/train/{Whole}");
        var soon = before.Length + 2; // small differences grow from epoch to epoch
        AssertClose(LossesOf(whole, "trainLoss")[..soon], LossesOf(job, "trainLoss")[..soon], Tolerance);
        AssertClose(LossesOf(whole, "validationLoss")[..soon], LossesOf(job, "validationLoss")[..soon], Tolerance); // of the averaged weights
        AssertClose(LossesOf(whole, "trainLoss"), LossesOf(job, "trainLoss"), LaterTolerance);
        if (!IsOfFixture()) return; // after 30 epochs on a processor of another vendor, small differences have grown
        var expected = Safetensors.Read(await File.ReadAllBytesAsync(Path.Combine(Fixture, "models", Trained, "weights.safetensors"), TestHttp.Cancellation));
        var resumed = Safetensors.Read(await client.GetByteArrayAsync($"/models/{(string)job["model"]!}/weights.safetensors", TestHttp.Cancellation));
        foreach (var tensor in expected.Tensors.Where(tensor => tensor.Type == StateType.F32))
        {
            var values = ValuesOf(resumed.Tensors.Single(other => other.Name == tensor.Name));
            Assert.All(ValuesOf(tensor).Zip(values), pair => Assert.True(MathF.Abs(pair.First - pair.Second) < Tolerance, $"{tensor.Name}: {pair.First} became {pair.Second}."));
        }
    }

    /// <summary>
    /// Whether the processor has the vendor of the processor that wrote the fixture (AMD). libtorch's matrix products add in an order that depends on the
    /// vendor.
    /// </summary>
    private static bool IsOfFixture()
    {
        const int Auth = 0x68747541; // the first four letters of AuthenticAMD
        return X86Base.IsSupported && X86Base.CpuId(0, 0).Ebx == Auth;
    }

    private static double[] LossesOf(JsonNode job, string field) => [.. job["epochs"]!.AsArray().Select(epoch => (double)epoch![field]!)];

    /// <param name="limit">Maximum difference as a fraction of the expected value.</param>
    private static void AssertClose(double[] expected, double[] found, double limit) =>
        Assert.All(expected.Zip(found), pair => Assert.True(Math.Abs(pair.Second - pair.First) <= limit * pair.First, $"{pair.Second}, uninterrupted {pair.First}."));

    private static string[] EpochsOf(JsonNode job) => [.. job["epochs"]!.AsArray().Select(epoch => epoch!.ToJsonString())];

    private static float[] ValuesOf(StateTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Bytes.Span).ToArray();
}
