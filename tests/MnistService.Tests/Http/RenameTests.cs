using System.Net;
using System.Net.Http.Json;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.Http;

/// <summary><c>PATCH</c> changes the name of a model, a job or a data set, and the new name is kept over a restart.</summary>
public sealed class RenameTests
{
    [Fact]
    public async Task Models_jobs_and_data_sets_are_renamed()
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn();
        using var client = application.Start();
        var model = (string)(await client.GetJsonAsync("/health/ready"))["model"]!;
        var data = await client.AddDatasetAsync(DatasetFiles.Csv());
        var job = (string)(await (await client.PostJobAsync(new { data, network = "mlp", epochs = 1, promote = "never" })).JsonAsync(HttpStatusCode.Accepted))["id"]!;
        foreach (var path in new[] { $"/models/{model}", $"/train/{job}", $"/datasets/{data}" })
        {
            var renamed = await (await client.PatchAsJsonAsync(path, new { name = "Größe 7 ✓" }, TestHttp.Cancellation)).JsonAsync();
            Assert.Equal("Größe 7 ✓", (string?)renamed["name"]);
            Assert.Equal("Größe 7 ✓", (string?)(await client.GetJsonAsync(path))["name"]);
        }
        await client.EndOfJobAsync(job);
        Assert.Equal("Größe 7 ✓", (string?)(await client.GetJsonAsync($"/train/{job}"))["name"]);
        // The renamed model still loads: its card is complete.
        (await client.PostAsync($"/models/{model}/promote", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        await (await client.PatchAsJsonAsync("/datasets/mnist", new { name = "digits" }, TestHttp.Cancellation)).ProblemAsync(409, "dataset_built_in");
        foreach (var path in new[] { "/models/none", "/train/none", "/datasets/none" })
            Assert.Equal(HttpStatusCode.NotFound, (await client.PatchAsJsonAsync(path, new { name = "x" }, TestHttp.Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("""{"name":""}""", 422, "name_invalid")]
    [InlineData("""{"name":"  "}""", 422, "name_invalid")]
    [InlineData("""{"name":"a\nb"}""", 422, "name_invalid")]
    [InlineData("""{"name":null}""", 422, "name_invalid")]
    [InlineData("""{"name":5}""", 400, "json_invalid")]
    [InlineData("""{"title":"x"}""", 400, "json_invalid")]
    [InlineData("{}", 400, "json_invalid")]
    [InlineData("", 400, "request_invalid")]
    public async Task A_name_that_is_none_is_refused(string body, int status, string code)
    {
        await using var application = new ServiceApplication();
        using var client = application.Start();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        await (await client.PatchAsync("/train/none", content, TestHttp.Cancellation)).ProblemAsync(status, code);
    }
}
