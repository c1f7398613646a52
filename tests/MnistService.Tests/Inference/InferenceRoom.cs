using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MnistService.Inference;
using MnistService.Model.Imaging;

namespace MnistService.Tests.Inference;

/// <summary>The inference services as the application registers them, without HTTP and without a neural network.</summary>
internal sealed class InferenceRoom : IAsyncDisposable
{
    private readonly IHost _host;
    private ServingModel? _serving;

    public InferenceRoom(TimeProvider? time = null, params (string Setting, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create($"MnistService:Inference:{setting.Setting}", (string?)setting.Value)));
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddInference();
        _host = builder.Build();
    }

    public Task StartAsync() => _host.StartAsync(TestContext.Current.CancellationToken);

    public Task StopAsync(CancellationToken outOfTime) => _host.StopAsync(outOfTime);

    public InferenceQueue Queue => _host.Services.GetRequiredService<InferenceQueue>();

    public ServingModel Serving => _serving ??= _host.Services.GetRequiredService<ServingModel>();

    public InlineInference Immediate => _host.Services.GetRequiredService<InlineInference>();

    public WorkerWatchdog Watchdog => _host.Services.GetRequiredService<WorkerWatchdog>();

    public InferenceOptions Options => _host.Services.GetRequiredService<IOptions<InferenceOptions>>().Value;

    public IMeterFactory Meters => _host.Services.GetRequiredService<IMeterFactory>();

    /// <summary>Creates a request with one image per digit; <see cref="EchoClassifier"/> classifies each image as its digit.</summary>
    public static InferenceRequest Request(params int[] digits) => Abandonable(CancellationToken.None, digits);

    public static InferenceRequest Abandonable(CancellationToken abandoned, params int[] digits)
    {
        var pixels = new byte[digits.Length * DigitImage.PixelCount];
        for (var i = 0; i < digits.Length; i++) pixels[i * DigitImage.PixelCount] = (byte)digits[i];
        return new InferenceRequest(pixels, abandoned);
    }

    public EchoClassifier[] Publish(string modelId, Action<byte[]>? onClassify = null)
    {
        var classifiers = Enumerable.Range(0, Options.WorkersOn("cpu")).Select(_ => new EchoClassifier(modelId) { OnClassify = onClassify }).ToArray();
        Serving.Publish(modelId, classifiers);
        return classifiers;
    }

    public async ValueTask DisposeAsync()
    {
        if (_serving is not null) await _serving.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
