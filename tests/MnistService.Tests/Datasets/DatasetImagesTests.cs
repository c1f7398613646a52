namespace MnistService.Tests.Datasets;

/// <summary><c>GET /datasets/{id}/images</c>: the images of uploaded and built-in data sets, in pages and by label.</summary>
public sealed class DatasetImagesTests : IAsyncDisposable
{
    private readonly ServiceApplication _application = new ServiceApplication().WithMnist();
    private readonly HttpClient _client;

    public DatasetImagesTests() => _client = _application.Start();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task Pages_of_an_upload_contain_its_rows_in_order()
    {
        var id = await _client.AddDatasetAsync(DatasetFiles.Csv());
        var rows = DatasetFiles.Rows;
        var page = await _client.GetJsonAsync($"/datasets/{id}/images?page=2&pageSize=7");
        Assert.Equal((2, 7, rows.Length), ((int)page["page"]!, (int)page["pageSize"]!, (int)page["total"]!));
        Assert.Equal(rows.Skip(7).Take(7), page["images"]!.AsArray().Select(image => $"{image!["label"]},{string.Join(',', Convert.FromBase64String((string)image["image"]!))}"));
        Assert.Equal(Enumerable.Range(7, 7), page["images"]!.AsArray().Select(image => (int)image!["index"]!));

        var threes = await _client.GetJsonAsync($"/datasets/{id}/images?label=3&pageSize=100");
        Assert.Equal(rows.Count(row => row[0] == '3'), (int)threes["total"]!);
        Assert.All(threes["images"]!.AsArray(), image => Assert.Equal(3, (int)image!["label"]!));
        Assert.Empty((await _client.GetJsonAsync($"/datasets/{id}/images?page=1000000&pageSize=100"))["images"]!.AsArray());
    }

    [Theory]
    [InlineData("mnist", 60_000, 5, 5421)]
    [InlineData("strokes", 12_000, 1, 1200)]
    public async Task Built_in_images_are_listed_too(string id, int images, int label, int withLabel)
    {
        Assert.Equal(images, (int)(await _client.GetJsonAsync($"/datasets/{id}/images"))["total"]!);
        var page = await _client.GetJsonAsync($"/datasets/{id}/images?label={label}&page=3&pageSize=50");
        Assert.Equal((withLabel, 50), ((int)page["total"]!, page["images"]!.AsArray().Count));
        Assert.All(page["images"]!.AsArray(), image => Assert.Equal(784, Convert.FromBase64String((string)image!["image"]!).Length));
    }

    [Fact]
    public async Task Missing_files_and_data_sets_are_told()
    {
        await (await _client.GetAsync("/datasets/none/images", TestHttp.Cancellation)).ProblemAsync(404, "dataset_not_found");
        var id = await _client.AddDatasetAsync(DatasetFiles.Csv());
        File.Delete(Path.Combine(_application.Folder, "data", "datasets", $"{id}.images"));
        await (await _client.GetAsync($"/datasets/{id}/images", TestHttp.Cancellation)).ProblemAsync(500, "dataset_damaged");
    }
}
