namespace MnistService.Tests.Datasets;

/// <summary>Limits of uploads to <c>/datasets</c>: an upload that exceeds a limit is rejected with 413.</summary>
public sealed class DatasetLimitTests
{
    private static readonly byte[] Zip = DatasetFiles.Zip(DatasetFiles.Entries());

    public static TheoryData<string, string, string, string> Limits() => new()
    {
        { "MnistService:Datasets:MaxBytes", "100000", "csv", "dataset_too_large" },
        { "MnistService:Datasets:MaxBytes", "100000", "zip", "dataset_too_large" },
        { "MnistService:Datasets:MaxBytes", "100000", "chunked csv", "dataset_too_large" },
        { "MnistService:Datasets:MaxImages", "299", "csv", "csv_too_many_rows" },
        { "MnistService:Datasets:MaxImages", "299", "zip", "dataset_too_large" },
        { "MnistService:Datasets:MaxZipEntries", "299", "zip", "dataset_too_large" },
        { "MnistService:Datasets:MaxPixels", "100000", "zip", "dataset_too_large" },
        { "MnistService:Predict:MaxBytes", "300", "zip", "dataset_too_large" },
        { "MnistService:Predict:MaxPixels", "1000", "zip", "dataset_too_large" },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task What_is_over_a_limit_is_413_and_leaves_nothing(string setting, string value, string kind, string code)
    {
        await using var application = new ServiceApplication((setting, value));
        using var client = application.Start();
        var bytes = kind == "zip" ? Zip : DatasetFiles.Csv();
        using HttpContent body = kind.StartsWith("chunked", StringComparison.Ordinal) ? new StreamContent(new Unseekable(bytes)) : TestHttp.Body(bytes);
        await (await client.PostAsync("/datasets", body, TestHttp.Cancellation)).ProblemAsync(413, code);
        var folder = Path.Combine(application.Folder, "data", "datasets");
        Assert.Empty(Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : []);
        Assert.DoesNotContain((await client.GetJsonAsync("/datasets"))["datasets"]!.AsArray(), set => !(bool)set!["builtIn"]!);
    }

    /// <summary>A zip bomb: less than 100 kB that unpack to 4 MB, with a limit of 3 MB.</summary>
    [Fact]
    public async Task A_bomb_is_refused_by_what_it_unpacks_to()
    {
        await using var application = new ServiceApplication(("MnistService:Datasets:MaxBytes", "3000000"));
        using var client = application.Start();
        var bomb = DatasetFiles.Zip(Enumerable.Range(0, 4).Select(i => ($"{i}/zeros.png", new byte[1_000_000])));
        Assert.InRange(bomb.Length, 0, 100_000);
        var problem = await (await client.PostDatasetAsync(bomb)).ProblemAsync(413, "dataset_too_large");
        Assert.Contains("after decompression", (string?)problem["detail"], StringComparison.Ordinal);
    }

    /// <summary>A zip with 5,000 entries and a limit of 100. If <paramref name="lies"/> is true, the end record claims that there is only one entry.</summary>
    [Theory]
    [InlineData(false, 413, "dataset_too_large")]
    [InlineData(true, 413, "dataset_too_large")]
    public async Task A_long_table_of_contents_is_refused_before_it_is_in_memory(bool lies, int status, string code)
    {
        await using var application = new ServiceApplication(("MnistService:Datasets:MaxZipEntries", "100"));
        using var client = application.Start();
        var zip = DatasetFiles.Zip(Enumerable.Range(0, 5_000).Select(i => ($"7/{i}.png", Array.Empty<byte>())));
        if (lies) (zip[^14], zip[^13], zip[^12], zip[^11]) = (1, 0, 1, 0);
        await (await client.PostDatasetAsync(zip)).ProblemAsync(status, code);
    }

    [Theory]
    [InlineData("MaxBytes", "0")]
    [InlineData("MaxImages", "0")]
    [InlineData("MaxZipEntries", "0")]
    [InlineData("MaxPixels", "0")]
    [InlineData("MaxDecodeTime", "00:00:00")]
    public async Task A_limit_that_cannot_be_stops_the_start_and_is_named(string setting, string value)
    {
        var folder = Directory.CreateTempSubdirectory("dataset-limits-").FullName;
        using (var service = new ServiceProcess(folder, ($"MnistService__Datasets__{setting}", value)))
        {
            Assert.Equal(1, await service.EndedAsync());
            Assert.Contains(setting, service.Output, StringComparison.Ordinal);
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A stream of unknown length, so that <see cref="HttpClient"/> sends it without <c>Content-Length</c>.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
