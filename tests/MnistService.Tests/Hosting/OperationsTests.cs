using System.Net;
using MnistService.Drawings;

namespace MnistService.Tests.Hosting;

/// <summary>Health, version, metrics, and what is answered to what nobody offers.</summary>
public sealed class OperationsTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private HttpClient Client => application.Start();

    [Fact]
    public async Task Ready_says_what_serves_and_where()
    {
        var ready = await Client.GetJsonAsync("/health/ready");
        Assert.Equal("ready", (string?)ready["status"]);
        Assert.StartsWith("cnn-", (string?)ready["model"], StringComparison.Ordinal);
        Assert.Matches("^(cpu|cuda:[0-9]+)$", (string?)ready["device"]);
        Assert.Equal(0, (int)ready["queuedImages"]!);
        Assert.Equal("live", (string?)(await Client.GetJsonAsync("/health/live"))["status"]);
    }

    [Fact]
    public async Task Version_is_told() => Assert.Matches(@"^\d+\.\d+", (string?)(await Client.GetJsonAsync("/version"))["version"]);

    [Fact]
    public async Task Metrics_tell_queue_batches_and_stages()
    {
        var picture = new Scene("plain", 100, 100, 70, 8).Draw(1, new Random(1));
        (await Client.PostAsync("/predict", Http.Body(picture), Http.Cancellation)).EnsureSuccessStatusCode();
        var metrics = await Client.GetStringAsync("/metrics", Http.Cancellation);
        foreach (var lane in new[] { "predict", "bulk" })
            Assert.Matches($@"(?m)^mnist_inference_queue_images\{{[^}}]*lane=""{lane}""[^}}]*\}} \d", metrics);
        foreach (var stage in new[] { "decode", "queue", "compute" })
            Assert.Matches($@"(?m)^mnist_inference_stage_duration_seconds_count\{{[^}}]*stage=""{stage}""[^}}]*\}} [1-9]", metrics);
        Assert.Matches(@"(?m)^mnist_inference_batch_size_bucket\{[^}]*le=""1""[^}]*\} [1-9]", metrics);
        Assert.Contains("http_server_request_duration_seconds", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_route_is_a_problem() => await (await Client.GetAsync("/nowhere", Http.Cancellation)).ProblemAsync(404, "not_found");

    [Theory]
    [InlineData("/models/none", "model_not_found")]
    [InlineData("/models/..%2f..%2fetc", "model_not_found")]
    [InlineData("/train/none", "job_not_found")]
    [InlineData("/submissions/none", "submission_not_found")]
    public async Task An_unknown_id_is_a_problem(string path, string code) => await (await Client.GetAsync(path, Http.Cancellation)).ProblemAsync(404, code);

    [Fact]
    public async Task The_wrong_method_is_a_problem_with_Allow()
    {
        var response = await Client.DeleteAsync("/health/ready", Http.Cancellation);
        await response.ProblemAsync(405, "method_not_allowed");
        Assert.Equal(["GET"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/train", "{", 400)]
    [InlineData("/train", "{\"epochs\":\"many\"}", 400)]
    [InlineData("/train", "[]", 400)]
    [InlineData("/train", "{\"epoch\":1}", 400)]
    public async Task Damaged_json_is_a_problem(string path, string json, int status)
    {
        var response = await Client.PostAsync(path, new StringContent(json, null, "application/json"), Http.Cancellation);
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }
}
