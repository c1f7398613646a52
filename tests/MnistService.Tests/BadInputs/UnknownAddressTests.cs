namespace MnistService.Tests.BadInputs;

/// <summary>Routes with an unknown id, and routes with an unsupported method.</summary>
public sealed class UnknownAddressTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    [Theory]
    [InlineData("GET", "/models/none", "model_not_found")]
    [InlineData("GET", "/models/..%2f..%2fetc", "model_not_found")]
    [InlineData("GET", "/models/none/weights.safetensors", "model_not_found")]
    [InlineData("GET", "/models/none/weights.pth", "model_not_found")]
    [InlineData("GET", "/models/none/model.onnx", "model_not_found")]
    [InlineData("GET", "/models/compare?a=none&b=none", "model_not_found")]
    [InlineData("POST", "/models/none/promote", "model_not_found")]
    [InlineData("DELETE", "/models/none", "model_not_found")]
    [InlineData("DELETE", "/models/..%2f..%2fetc", "model_not_found")]
    [InlineData("GET", "/submissions/none", "submission_not_found")]
    [InlineData("GET", "/submissions/none/submission.csv", "submission_not_found")]
    [InlineData("GET", "/submissions/..%2f..%2fetc/submission.csv", "submission_not_found")]
    [InlineData("DELETE", "/submissions/none", "submission_not_found")]
    [InlineData("GET", "/datasets/none", "dataset_not_found")]
    [InlineData("DELETE", "/datasets/none", "dataset_not_found")]
    [InlineData("GET", "/train/none", "job_not_found")]
    [InlineData("GET", "/train/none/events", "job_not_found")]
    [InlineData("POST", "/train/none/cancel", "job_not_found")]
    [InlineData("POST", "/train/none/resume", "job_not_found")]
    [InlineData("DELETE", "/train/none", "job_not_found")]
    [InlineData("GET", "/nowhere", "not_found")]
    [InlineData("POST", "/predict/more", "not_found")]
    public async Task An_unknown_id_or_route_is_404(string method, string path, string code) => await (await SendAsync(method, path)).ProblemAsync(404, code);

    [Theory]
    [InlineData("GET", "/predict", "POST")]
    [InlineData("PUT", "/submissions", "GET,POST")]
    [InlineData("POST", "/submissions/none", "DELETE,GET")]
    [InlineData("DELETE", "/submissions/none/submission.csv", "GET")]
    [InlineData("DELETE", "/datasets", "GET,POST")]
    [InlineData("PUT", "/datasets/none", "DELETE,GET,PATCH")]
    [InlineData("DELETE", "/train", "GET,POST")]
    [InlineData("PUT", "/train/none", "DELETE,GET,PATCH")]
    [InlineData("POST", "/train/none/events", "GET")]
    [InlineData("GET", "/train/none/cancel", "POST")]
    [InlineData("GET", "/train/none/resume", "POST")]
    [InlineData("DELETE", "/models", "GET,POST")]
    [InlineData("PUT", "/models/none", "DELETE,GET,PATCH")]
    [InlineData("GET", "/models/none/promote", "POST")]
    [InlineData("POST", "/health/ready", "GET")]
    [InlineData("DELETE", "/health/ready", "GET")]
    [InlineData("TRACE", "/version", "GET")]
    public async Task The_wrong_method_is_405_and_the_right_ones_are_told(string method, string path, string allowed)
    {
        var answer = await SendAsync(method, path);
        await answer.ProblemAsync(405, "method_not_allowed");
        Assert.Equal(allowed.Replace("GET", "GET,HEAD", StringComparison.Ordinal).Split(','), answer.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new(method), path);
        return await application.Start().SendAsync(request, TestHttp.Cancellation);
    }
}
