using System.Net;
using System.Text.Json.Nodes;
using MnistService.Drawings;
using MnistService.Model.Datasets;
using MnistService.TestSupport;

namespace MnistService.Tests.Predict;

/// <summary>Sends each of MNIST's 10,000 test images over HTTP: clients get the predictions that the evaluation of the shipped model contains.</summary>
public sealed class MnistTestImagesTests(ITestOutputHelper output)
{
    private const int Clients = 32;

    [Fact]
    public async Task All_10000_come_back_as_the_card_says_with_32_clients_and_none_refused()
    {
        var test = MnistDataset.Load(MnistLocation.Require()).Test;
        await using var application = new ServiceApplication();
        using var client = application.Start();
        var model = (string)(await client.GetJsonAsync("/models/current"))["id"]!;
        var evaluation = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(MnistLocation.Root, "models", model, "evaluation.json"), TestHttp.Cancellation))!;

        var answers = new int[test.Count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < test.Count)
            {
                using var picture = TestHttp.Body(PngWriter.Mnist(test.Pixels.AsSpan(i * 784, 784)), "image/png");
                using var response = await client.PostAsync("/predict", picture, TestHttp.Cancellation);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                answers[i] = (int)(await response.JsonAsync())["digit"]!;
            }
        }, TestHttp.Cancellation)));

        Assert.Equal((string?)evaluation["predictions"], string.Concat(answers));
        var errors = answers.Where((answer, i) => answer != test.Labels[i]).Count();
        output.WriteLine($"{errors} of {test.Count} wrong");
        Assert.True(errors <= 45, $"{errors} of {test.Count} wrong");
    }
}
