using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MnistService.Inference;

namespace MnistService.Tests.Inference;

public sealed class InferenceLifetimeTests
{
    [Fact]
    public async Task A_request_in_flight_when_the_host_stops_is_answered_and_readiness_ends_at_once()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var hold = new Hold();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["MnistService:Inference:Workers"] = "1";
        builder.Services.AddInference();
        await using var app = builder.Build();
        // Two predictions in sequence: the second is enqueued after the host has begun to stop.
        app.MapGet("/", async (InferenceQueue queue) =>
        {
            var (first, second) = (InferenceRoom.Request(1), InferenceRoom.Request(2));
            Assert.True(queue.TryEnqueue(first));
            await first.Completion;
            Assert.True(queue.TryEnqueue(second));
            return (await second.Completion).Model;
        });
        await app.StartAsync(cancellationToken);
        var serving = app.Services.GetRequiredService<ServingModel>();
        var classifier = new EchoClassifier("m1") { OnClassify = hold.FirstCall };
        serving.Publish("m1", [classifier]);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var answer = client.GetStringAsync("/", cancellationToken);
        hold.WaitUntilReached();

        var stop = app.StopAsync(cancellationToken);
        Assert.Equal("The service is shutting down. Try again later.", serving.NotReadyReason);
        hold.Release();

        Assert.Equal("m1", await answer);
        await stop;
        Assert.Equal((1, null), (classifier.Disposals, classifier.Breach));
    }
}
