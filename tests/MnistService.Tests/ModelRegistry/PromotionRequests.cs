using System.Net;
using System.Text.Json.Nodes;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.ModelRegistry;

/// <summary>Requests that train models, promote models, and read which model is served.</summary>
internal static class PromotionRequests
{
    /// <summary>Starts a training job and waits until it has succeeded.</summary>
    /// <returns>The job in its final state.</returns>
    internal static async Task<JsonNode> TrainAsync(this HttpClient client, object settings)
    {
        var job = await (await client.PostJobAsync(settings)).JsonAsync(HttpStatusCode.Accepted);
        var ended = await client.EndOfJobAsync((string)job["id"]!);
        Assert.True((string?)ended["state"] == "succeeded", ended.ToJsonString());
        return ended;
    }

    internal static Task<HttpResponseMessage> PromoteAsync(this HttpClient client, string model, string query = "") =>
        client.PostAsync($"/models/{model}/promote{query}", null, TestHttp.Cancellation);

    /// <returns>Id of the served model.</returns>
    internal static async Task<string?> ServedAsync(this HttpClient client) => (string?)(await client.GetJsonAsync("/health/ready"))["model"];
}
