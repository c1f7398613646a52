using Microsoft.Extensions.Options;
using MnistService.Hosting;
using MnistService.Inference;
using MnistService.Model.Imaging;
using MnistService.Model.Runtime;
using MnistService.Model.Storage;

namespace MnistService.Models;

/// <summary>Chooses the device, loads the served model, and warms up the reading of pictures, before the web server listens: ready means ready.</summary>
internal sealed partial class ModelStartup(
    ModelStore store, ComputeDevice device, ModelActivation activation, ServingModel serving, IOptions<InferenceOptions> inference,
    IOptions<ModelsOptions> models, ILogger<ModelStartup> log) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // A device that is not there stops the start: serving slowly on another would hide the mistake.
        var choice = device.Choose(inference.Value.Device, inference.Value.Engine, models.Value.LibTorch);
        Log.DeviceChosen(log, choice.Name, choice.Reason, choice.UsesTorch ? $"libtorch {TorchRuntime.Version}" : "the service's own forward pass");
        PictureWarmUp.Run();
        Sweep();
        try
        {
            activation.ActivateCurrent();
        }
        catch (ModelFormatException e)
        {
            // Live but not ready: training and the model store are still there to mend it.
            serving.Fail(e.Message);
        }
        return Task.CompletedTask;
    }

    private void Sweep()
    {
        try
        {
            store.Sweep();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotSwept(log, e); // the models may be mounted read-only
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Chose device {Device} ({Reason}); {Engine} serves")]
        public static partial void DeviceChosen(ILogger log, string device, string reason, string engine);

        [LoggerMessage(LogLevel.Warning, "What was left half written in the model store could not be deleted")]
        public static partial void NotSwept(ILogger log, Exception exception);
    }
}
