using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MnistService.Database;
using MnistService.Model.Datasets;
using MnistService.TestSupport;

namespace MnistService.Tests.Datasets;

/// <summary>
/// Suspicious labels: labels that the served model contradicts with confidence. They are counted and listed at upload, and each job that uses the data set has
/// a warning.
/// </summary>
public sealed class SuspiciousLabelTests : IAsyncDisposable
{
    private const string Swapped = "classes 3 and 5 seem swapped";

    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn();
    private readonly HttpClient _client;

    public SuspiciousLabelTests() => _client = _application.Start();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task Folders_3_and_5_that_are_swapped_are_reported_with_their_images_and_warn_each_job()
    {
        var zip = await File.ReadAllBytesAsync(CasesLocation.Require("folders-3-and-5-swapped.zip"), TestHttp.Cancellation);
        var set = await UploadAsync(zip, "?name=our%20forms");
        var count = (int)set["suspicious"]!["count"]!;
        Assert.InRange(count, 270, 310); // 150 images per swapped digit
        Assert.StartsWith("cnn-", (string?)set["suspicious"]!["model"], StringComparison.Ordinal);
        Assert.Equal($"{count} of 1,500 labels look wrong; {Swapped}.", (string?)set["labelCheck"]);
        var listed = await ListedAsync(set);
        Assert.All(listed, image => Assert.True(Pair(image) is (3, 5) or (5, 3) || listed.Count(other => Pair(other) == Pair(image)) < 5));
        Assert.Equal("our forms", (string?)set["name"]);
        await WarnsAsync(set);
    }

    /// <summary>Swapped classes in drawn digits, as a CSV and as a zip. The test needs no external files.</summary>
    [Theory]
    [InlineData("csv")]
    [InlineData("zip")]
    public async Task Classes_that_are_swapped_are_reported_whatever_they_came_as(string kind)
    {
        static int Swap(int label) => label switch { 3 => 5, 5 => 3, _ => label };
        var upload = kind == "csv"
            ? DatasetFiles.Csv(DatasetFiles.Rows.Select(row => $"{Swap(row[0] - '0')}{row[1..]}"))
            : DatasetFiles.Zip(DatasetFiles.Pictures.Select((image, i) => ($"{Swap(image.Label)}/{i:000}.png", image.Png)));
        var set = await UploadAsync(upload);
        var count = (int)set["suspicious"]!["count"]!;
        Assert.InRange(count, 40, 62); // 30 images per swapped digit; some predictions are not confident
        Assert.Equal($"{count} of 300 labels look wrong; {Swapped}.", (string?)set["labelCheck"]);

        var listed = await ListedAsync(set);
        Assert.Equal(count, listed.Count);
        foreach (var image in listed.Where(image => Pair(image) is (3, 5) or (5, 3)))
        {
            // Index, label and pixels match: the image is the row of the upload with this index.
            var row = DatasetFiles.Rows[(int)image["index"]!];
            Assert.Equal(Swap(row[0] - '0'), (int)image["label"]!);
            Assert.Equal(row[2..], string.Join(',', Convert.FromBase64String((string)image["image"]!)));
        }
        await WarnsAsync(set);
    }

    [Fact]
    public async Task Drawn_digits_with_right_labels_have_almost_none_suspicious()
    {
        var set = await UploadAsync(DatasetFiles.Csv());
        Assert.InRange((int)set["suspicious"]!["count"]!, 0, 3);
    }

    /// <summary>Uses MNIST's test images, because the shipped model was not trained on them.</summary>
    [Fact]
    public async Task Mnist_with_right_labels_has_almost_none_suspicious()
    {
        var images = MnistDataset.LoadTest(MnistLocation.Require()).Slice(0, 3_000);
        var set = await UploadAsync(DatasetFiles.Csv(DatasetFiles.RowsOf(images)));
        Assert.InRange((int)set["suspicious"]!["count"]!, 0, 6); // all 10,000 test images have 6
        Assert.DoesNotContain(";", (string?)set["labelCheck"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_class_labeled_wrong_is_said_in_words()
    {
        var set = await UploadAsync(DatasetFiles.Csv(DatasetFiles.Rows.Select(row => row[0] == '5' ? $"3{row[1..]}" : row)));
        Assert.Matches("^[0-9]+ of 300 labels look wrong", (string?)set["labelCheck"]); // class 3 then has 60 images, 30 of them right, so not "most"
        set = await UploadAsync(DatasetFiles.Csv(DatasetFiles.Rows.Where(row => row[0] != '3').Select(row => row[0] == '5' ? $"3{row[1..]}" : row)));
        Assert.EndsWith(" of 270 labels look wrong; most images labeled 3 look like 5.", (string?)set["labelCheck"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inverted_images_are_said_to_be_inverted()
    {
        var inverted = DatasetFiles.Rows.Select(row => $"{row[0]},{string.Join(',', row[2..].Split(',').Select(p => 255 - int.Parse(p, CultureInfo.InvariantCulture)))}");
        var set = await UploadAsync(DatasetFiles.Csv(inverted));
        Assert.Contains("most images look inverted", (string?)set["labelCheck"], StringComparison.Ordinal);
        await WarnsAsync(set);
    }

    [Fact]
    public async Task A_job_on_a_set_without_suspicious_labels_has_no_warning()
    {
        var set = await UploadAsync(DatasetFiles.Csv(DatasetFiles.Rows.Where((_, i) => i % 10 is 0 or 1)));
        Assert.Equal("None of 60 labels looks wrong.", (string?)set["labelCheck"]);
        var job = await StartAsync(set);
        Assert.Empty(job["warnings"]!.AsArray());
    }

    [Theory]
    [InlineData("/datasets/none/suspicious")]
    [InlineData("/datasets/..%2Fx/suspicious")]
    public async Task The_list_of_an_unknown_set_is_404(string path) =>
        await (await _client.GetAsync(path, TestHttp.Cancellation)).ProblemAsync(404, "dataset_not_found");

    [Theory]
    [InlineData("?page=0", 422, "query_invalid")]
    [InlineData("?pageSize=0", 422, "query_invalid")]
    [InlineData("?pageSize=101", 422, "query_invalid")]
    [InlineData("?page=1000001", 422, "query_invalid")]
    [InlineData("?page=x", 400, "request_invalid")]
    public async Task A_page_that_cannot_be_is_a_problem(string query, int status, string code) =>
        await (await _client.GetAsync($"/datasets/mnist/suspicious{query}", TestHttp.Cancellation)).ProblemAsync(status, code);

    [Fact]
    public async Task Mnist_and_sets_from_before_the_check_say_that_they_were_not_checked()
    {
        var old = await UploadAsync(DatasetFiles.Csv());
        await using (var database = await _application.Services.GetRequiredService<IDbContextFactory<ServiceDatabase>>().CreateDbContextAsync(TestHttp.Cancellation))
            await database.Database.ExecuteSqlAsync($"UPDATE Datasets SET LabelCheckJson = NULL, SuspiciousImages = NULL WHERE Id = {(string)old["id"]!}", TestHttp.Cancellation);
        foreach (var id in new[] { "mnist", "strokes", (string)old["id"]! })
        {
            var set = await _client.GetJsonAsync($"/datasets/{id}");
            Assert.Null(set["suspicious"]);
            Assert.Contains("not checked", (string?)set["labelCheck"], StringComparison.Ordinal);
            var page = await _client.GetJsonAsync($"/datasets/{id}/suspicious");
            Assert.Equal((0, 0, (string?)set["labelCheck"]), ((int)page["total"]!, page["images"]!.AsArray().Count, (string?)page["labelCheck"]));
            Assert.Null(page["model"]);
        }
        Assert.Empty((await StartAsync(old))["warnings"]!.AsArray());
    }

    [Fact]
    public async Task Without_a_model_the_set_is_accepted_and_says_that_it_was_not_checked()
    {
        await using var own = new ServiceApplication(("MnistService:Models:Directory", Path.Combine(Path.GetTempPath(), "no-models-" + Guid.NewGuid())));
        using var client = own.Start();
        var set = await (await client.PostDatasetAsync(DatasetFiles.Csv())).JsonAsync(HttpStatusCode.Created);
        Assert.Null(set["suspicious"]);
        Assert.Equal("The labels were not checked: no model was ready, or the inference failed.", (string?)set["labelCheck"]);
        Assert.Equal(set.ToJsonString(), (await client.GetJsonAsync($"/datasets/{set["id"]}")).ToJsonString());
        Assert.Equal(0, (int)(await client.GetJsonAsync($"/datasets/{set["id"]}/suspicious"))["total"]!);
    }

    [Fact]
    public async Task The_list_goes_with_its_set_and_lost_images_are_a_problem_without_a_path()
    {
        var set = await UploadAsync(DatasetFiles.Csv(DatasetFiles.Rows.Select((row, i) => i % 10 == 7 ? $"0{row[1..]}" : row)));
        var path = $"/datasets/{set["id"]}";
        File.Delete(Path.Combine(_application.Folder, "data", "datasets", $"{set["id"]}.images"));
        var problem = await (await _client.GetAsync($"{path}/suspicious", TestHttp.Cancellation)).ProblemAsync(500, "dataset_damaged");
        Assert.DoesNotContain(_application.Folder, problem.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync(path, TestHttp.Cancellation)).StatusCode);
        await (await _client.GetAsync($"{path}/suspicious", TestHttp.Cancellation)).ProblemAsync(404, "dataset_not_found");
    }

    /// <summary>Uploads a data set and asserts that <c>GET</c> and the list return the same label check.</summary>
    /// <returns>The response to the upload.</returns>
    private async Task<JsonNode> UploadAsync(byte[] file, string query = "")
    {
        var set = await (await _client.PostDatasetAsync(file, query: query)).JsonAsync(HttpStatusCode.Created);
        Assert.NotNull(set["suspicious"]);
        Assert.Equal(set.ToJsonString(), (await _client.GetJsonAsync($"/datasets/{set["id"]}")).ToJsonString());
        Assert.Contains((await _client.GetJsonAsync("/datasets"))["datasets"]!.AsArray(), each => each!.ToJsonString() == set.ToJsonString());
        return set;
    }

    /// <summary>Reads all pages of the list of suspicious images.</summary>
    /// <returns>The images, most confident first.</returns>
    private async Task<List<JsonNode>> ListedAsync(JsonNode set)
    {
        var listed = new List<JsonNode>();
        for (var page = 1; ; page++)
        {
            var answer = await _client.GetJsonAsync($"/datasets/{set["id"]}/suspicious?page={page}&pageSize=50");
            Assert.Equal((page, 50, (string?)set["suspicious"]!["model"], (int)set["suspicious"]!["count"]!),
                ((int)answer["page"]!, (int)answer["pageSize"]!, (string?)answer["model"], (int)answer["count"]!));
            if (answer["images"]!.AsArray() is { Count: 0 })
            {
                Assert.Equal((int)answer["total"]!, listed.Count);
                break;
            }
            listed.AddRange(answer["images"]!.AsArray().Select(image => image!.DeepClone()));
        }
        Assert.Equal(listed.Select(image => (float)image["confidence"]!).OrderDescending(), listed.Select(image => (float)image["confidence"]!));
        Assert.All(listed, image =>
        {
            Assert.InRange((float)image["confidence"]!, 0.95f, 1f);
            Assert.NotEqual((int)image["label"]!, (int)image["predicted"]!);
            Assert.Equal(784, Convert.FromBase64String((string)image["image"]!).Length);
        });
        return listed;
    }

    private async Task WarnsAsync(JsonNode set)
    {
        var job = await StartAsync(set);
        var warning = $"Data set \"{set["name"]}\" ({set["id"]}): {set["labelCheck"]}";
        Assert.Equal([warning], job["warnings"]!.AsArray().Select(each => (string?)each));
        var stream = await _client.GetStringAsync($"/train/{job["id"]}/events", TestHttp.Cancellation); // the job has ended, so the stream ends
        var states = stream.Split('\n').SkipWhile(line => line != "event: state").Where(line => line.StartsWith("data: ", StringComparison.Ordinal));
        Assert.Equal(warning, (string?)JsonNode.Parse(states.First()["data: ".Length..])!["warnings"]![0]);
        job = await _client.GetJsonAsync($"/train/{job["id"]}");
        Assert.Equal(("succeeded", warning), ((string?)job["state"], (string?)job["warnings"]![0]));
        Assert.Contains((await _client.GetJsonAsync("/train"))["jobs"]!.AsArray(), each => (string?)each!["warnings"]!.AsArray().FirstOrDefault() == warning);
    }

    private async Task<JsonNode> StartAsync(JsonNode set)
    {
        var job = await (await _client.PostJobAsync(new { network = "mlp", epochs = 1, batchSize = 16, data = (string)set["id"]!, promote = "never" })).JsonAsync(HttpStatusCode.Accepted);
        await _client.EndOfJobAsync((string)job["id"]!);
        return job;
    }

    private static (int, int) Pair(JsonNode image) => ((int)image["label"]!, (int)image["predicted"]!);
}
