using Microsoft.Extensions.Options;
using MnistService.Inference;
using MnistService.Model.Native;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.Startup;

namespace MnistService.ModelRegistry;

/// <summary>
/// Startup task that chooses the compute device and loads the served model before Kestrel listens, so that the service is normally ready as soon as it accepts
/// requests.
/// </summary>
internal sealed partial class ModelStartup(
    ModelStore store, ComputeDevice device, ModelPublisher publisher, ServingModel serving, IOptions<InferenceOptions> inference,
    IOptions<ModelsOptions> models, ILogger<ModelStartup> log) : IStartupTask
{
    public string Name => "model";

    public void Run()
    {
        // A missing device stops the start: silently serving on a slower device would hide the configuration error.
        var choice = device.Choose(inference.Value.Device, inference.Value.Engine, models.Value.LibTorch);
        Log.DeviceChosen(log, choice.Name, choice.Reason, choice.UsesTorch ? $"libtorch {TorchRuntime.Version}" : "built-in forward pass");
        Sweep();
        try
        {
            publisher.ServeCurrent();
        }
        catch (ModelFormatException e)
        {
            // Without a model, the service is live but not ready. Clients can still train or promote a model.
            Log.NotServing(log, e, store.DirectoryPath);
            serving.Fail(store.CurrentId is null
                ? e.Message
                : $"{e.Message} Restore the files in the model store, or promote another model with POST /models/{{id}}/promote.");
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
            Log.NotSwept(log, e); // the model store may be mounted read-only
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Selected device {Device} ({Reason}) and inference engine {Engine}")]
        public static partial void DeviceChosen(ILogger log, string device, string reason, string engine);

        [LoggerMessage(LogLevel.Warning, "No model in {Directory} is served, so the service is not ready. Train a model with POST /train, "
            + "or promote a stored model with POST /models/ID/promote")]
        public static partial void NotServing(ILogger log, Exception exception, string directory);

        [LoggerMessage(LogLevel.Warning, "Incomplete files in the model store could not be deleted; the next storage sweep tries again")]
        public static partial void NotSwept(ILogger log, Exception exception);
    }
}
