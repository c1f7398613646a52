using System.Net;
using MnistService.TestSupport;

namespace MnistService.Tests.Faults;

/// <summary>The files of the current model are damaged or missing at startup.</summary>
[Collection(FaultCollection.Name)]
public sealed class DamagedModelTests : FaultRoom
{
    [Theory]
    [InlineData("missing", "cannot be read")]
    [InlineData("truncated", "has SHA-256")]
    [InlineData("changed", "has SHA-256")]
    [InlineData("another network's", "Tensor")]
    [InlineData("unlisted", "There is no model")]
    public async Task A_model_that_cannot_serve_is_not_served_and_the_reason_is_told(string what, string reason)
    {
        var weights = Path.Combine(Models, Current, "weights.safetensors");
        var bytes = await File.ReadAllBytesAsync(weights, TestHttp.Cancellation);
        switch (what)
        {
            case "missing":
                File.Delete(weights);
                break;
            case "truncated":
                await File.WriteAllBytesAsync(weights, bytes[..^1000], TestHttp.Cancellation);
                break;
            case "changed":
                bytes[^1] ^= 1;
                await File.WriteAllBytesAsync(weights, bytes, TestHttp.Cancellation);
                break;
            case "another network's":
                var card = Path.Combine(Models, Current, "card.json");
                await File.WriteAllTextAsync(card, (await File.ReadAllTextAsync(card, TestHttp.Cancellation)).Replace("\"network\": \"cnn\"", "\"network\": \"mlp\"", StringComparison.Ordinal), TestHttp.Cancellation);
                break;
            default:
                await File.WriteAllTextAsync(Path.Combine(Models, "current"), "cnn-none\n", TestHttp.Cancellation);
                break;
        }
        using var service = Start();
        using var client = await service.ListeningAsync();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live", TestHttp.Cancellation)).StatusCode);
        var ready = await (await client.GetAsync("/health/ready", TestHttp.Cancellation)).JsonAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Contains(reason, (string?)ready["reason"], StringComparison.Ordinal);
        await (await client.PostAsync("/predict", TestHttp.Body(Picture), TestHttp.Cancellation)).ProblemAsync(503, "not_ready");

        // Promoting the other model makes the service ready without a restart.
        (await client.PostAsync($"/models/{Mlp}/promote?force=true", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        await AssertPredictsAsync(client);
    }
}
