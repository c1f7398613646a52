using MnistService.Drawings;

namespace MnistService.Tests.Operations;

/// <summary>Health, version and metrics endpoints.</summary>
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
        (await Client.PostAsync("/predict", TestHttp.Body(picture), TestHttp.Cancellation)).EnsureSuccessStatusCode();
        var metrics = await Client.GetStringAsync("/metrics", TestHttp.Cancellation);
        foreach (var lane in new[] { "predict", "bulk" })
            Assert.Matches($@"(?m)^mnist_inference_queue_images\{{[^}}]*lane=""{lane}""[^}}]*\}} \d", metrics);
        foreach (var stage in new[] { "decode", "queue", "compute" })
            Assert.Matches($@"(?m)^mnist_inference_stage_duration_seconds_count\{{[^}}]*stage=""{stage}""[^}}]*\}} [1-9]", metrics);
        Assert.Matches(@"(?m)^mnist_inference_batch_size_bucket\{[^}]*le=""1""[^}]*\} [1-9]", metrics);
        Assert.Contains("http_server_request_duration_seconds", metrics, StringComparison.Ordinal);
    }
}
