using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MnistService.Drawings;
using MnistService.Inference;
using MnistService.Tests.Inference;

namespace MnistService.Tests.Operations;

/// <summary>Readiness and responses while the workers do not compute, in real time.</summary>
public sealed class ReadinessTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly byte[] Picture = new Scene("plain", 120, 120, 90, 9).Draw(3, new Random(1));

    private readonly ServiceApplication _application = new(("MnistService:Inference:Workers", "1"));
    private readonly HttpClient _client;

    public ReadinessTests() => _client = _application.Start();

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task A_device_that_has_gone_is_told_of_until_it_is_back()
    {
        var gone = true;
        Publish(_ => { if (Volatile.Read(ref gone)) throw new InvalidOperationException("CUDA error"); });
        for (var i = 0; i < WorkerWatchdog.FailuresInARow; i++) await (await PredictAsync()).ProblemAsync(500, "inference_failed");
        Assert.StartsWith("Every batch has failed on cpu for ", await UntilAsync(HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/health/live", TestHttp.Cancellation)).StatusCode);

        Volatile.Write(ref gone, false);
        await UntilAsync(HttpStatusCode.OK); // no client sends a request: the probe detects the recovery
        Assert.Equal(HttpStatusCode.OK, (await PredictAsync()).StatusCode);
    }

    [Fact]
    public async Task A_worker_that_hangs_is_told_of_and_who_waits_is_answered()
    {
        using var hold = new Hold();
        Publish(hold.FirstCall);
        var inTheBatch = PredictAsync();
        hold.WaitUntilReached();
        var waiting = PredictAsync();
        var csv = string.Join(',', Enumerable.Repeat("0", 784)) + "\n";
        var submission = _client.PostAsync("/submissions", new StringContent(csv, null, "text/csv"), TestHttp.Cancellation);
        var waited = await waiting; // ends at its deadline or when the worker times out, whichever a busy machine detects first
        await waited.ProblemAsync((int)waited.StatusCode, waited.StatusCode == HttpStatusCode.GatewayTimeout ? "deadline_passed" : "not_ready");
        Assert.StartsWith("Worker inference-0 on cpu has been computing one batch for ", await UntilAsync(HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        await (await inTheBatch).ProblemAsync(503, "not_ready");
        await (await submission).ProblemAsync(503, "not_ready");

        hold.Release();
        await UntilAsync(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, (await PredictAsync()).StatusCode);
    }

    private void Publish(Action<byte[]> onClassify) =>
        _application.Services.GetRequiredService<ServingModel>().Publish("m2", [new EchoClassifier("m2") { OnClassify = onClassify }]);

    private Task<HttpResponseMessage> PredictAsync() => _client.PostAsync("/predict", TestHttp.Body(Picture), TestHttp.Cancellation);

    /// <returns>The reason in the response; <c>null</c> if it has none.</returns>
    private async Task<string?> UntilAsync(HttpStatusCode expected)
    {
        for (var end = DateTime.UtcNow + Soon; ; await Task.Delay(50, TestHttp.Cancellation))
        {
            using var ready = await _client.GetAsync("/health/ready", TestHttp.Cancellation);
            if (ready.StatusCode == expected) return (string?)(await ready.JsonAsync(expected))["reason"];
            Assert.True(DateTime.UtcNow < end, $"It is still {ready.StatusCode}.");
        }
    }
}
