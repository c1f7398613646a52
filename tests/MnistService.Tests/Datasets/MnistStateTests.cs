using MnistService.Model.Datasets;
using MnistService.TestSupport;

namespace MnistService.Tests.Datasets;

/// <summary>The states <c>available</c>, <c>missing</c> and <c>damaged</c> of data sets reflect their files.</summary>
public sealed class MnistStateTests : IAsyncDisposable
{
    private readonly ServiceApplication _application = new();
    private readonly HttpClient _client;

    public MnistStateTests() => _client = _application.Start();

    private string Folder => Path.Combine(_application.Folder, "data", "mnist");

    private string TestImages => Path.Combine(Folder, MnistFiles.TestImages.Name);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    private async Task AssertStateAsync(string state)
    {
        var listed = (await _client.GetJsonAsync("/datasets"))["datasets"]!.AsArray()[^1]!;
        foreach (var mnist in new[] { listed, await _client.GetJsonAsync("/datasets/mnist") })
        {
            Assert.Equal((state == "available", state == "available"), (mnist["sha256"] is not null, mnist["labels"] is not null));
            Assert.Equal(state, (string?)mnist["state"]);
        }
    }

    [Fact]
    public async Task Missing_damaged_and_mended_files_are_told_apart()
    {
        await AssertStateAsync("missing");
        Directory.CreateDirectory(Folder);
        foreach (var file in Directory.EnumerateFiles(MnistLocation.Require(), "*-ubyte.gz")) File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        await AssertStateAsync("available");

        var sound = await File.ReadAllBytesAsync(TestImages, TestHttp.Cancellation);
        var damaged = sound.ToArray();
        damaged[^9] ^= 1; // the length is right, the content is wrong
        await File.WriteAllBytesAsync(TestImages, damaged, TestHttp.Cancellation);
        await AssertStateAsync("damaged");
        var problem = await (await _client.GetAsync("/datasets/mnist/test-images?at=1", TestHttp.Cancellation)).ProblemAsync(500, "data_damaged");
        Assert.Contains(MnistFiles.TestImages.Name, (string?)problem["detail"], StringComparison.Ordinal);

        await File.WriteAllBytesAsync(TestImages, damaged[..1000], TestHttp.Cancellation);
        await AssertStateAsync("damaged");
        await (await _client.GetAsync("/datasets/mnist/test-images?at=1", TestHttp.Cancellation)).ProblemAsync(500, "data_damaged");

        await File.WriteAllBytesAsync(TestImages, sound, TestHttp.Cancellation);
        await AssertStateAsync("available");
        Assert.Single((await _client.GetJsonAsync("/datasets/mnist/test-images?at=1")).AsArray());
    }

    [Fact]
    public async Task An_uploaded_set_whose_file_is_gone_or_cut_says_so()
    {
        var id = await _client.AddDatasetAsync(DatasetFiles.Csv());
        var file = Path.Combine(_application.Folder, "data", "datasets", $"{id}.images");
        Assert.Equal("available", (string?)(await _client.GetJsonAsync($"/datasets/{id}"))["state"]);
        await using (var cut = new FileStream(file, FileMode.Open)) cut.SetLength(100);
        Assert.Equal("damaged", (string?)(await _client.GetJsonAsync($"/datasets/{id}"))["state"]);
        File.Delete(file);
        Assert.Equal("missing", (string?)(await _client.GetJsonAsync($"/datasets/{id}"))["state"]);
    }
}
