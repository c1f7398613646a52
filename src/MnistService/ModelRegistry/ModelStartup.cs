using Microsoft.Extensions.Options;
using MnistService.Inference;
using MnistService.Model.Native;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.Startup;

namespace MnistService.ModelRegistry;

/// <summary>Chooses the device and loads the served model before the web server listens: ready means ready.</summary>
internal sealed partial class ModelStartup(
    ModelStore store, ComputeDevice device, ModelActivation activation, ServingModel serving, IOptions<InferenceOptions> inference,
    IOptions<ModelsOptions> models, ILogger<ModelStartup> log) : IStartWork
{
    public string Name => "model";

    public void Run()
    {
        // A device that is not there stops the start: serving slowly on another would hide the mistake.
        var choice = device.Choose(inference.Value.Device, inference.Value.Engine, models.Value.LibTorch);
        Log.DeviceChosen(log, choice.Name, choice.Reason, choice.UsesTorch ? $"libtorch {TorchRuntime.Version}" : "the service's own forward pass");
        Sweep();
        try
        {
            activation.ActivateCurrent();
        }
        catch (ModelFormatException e)
        {
            // Live but not ready: training and the model store are still there to mend it.
            Log.NotServing(log, e, store.DirectoryPath);
            serving.Fail(e.Message);
        }
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

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Chose device {Device} ({Reason}); {Engine} serves")]
        public static partial void DeviceChosen(ILogger log, string device, string reason, string engine);

        [LoggerMessage(LogLevel.Warning, "No model of {Directory} serves")]
        public static partial void NotServing(ILogger log, Exception exception, string directory);

        [LoggerMessage(LogLevel.Warning, "What was left half written in the model store could not be deleted")]
        public static partial void NotSwept(ILogger log, Exception exception);
    }
}
