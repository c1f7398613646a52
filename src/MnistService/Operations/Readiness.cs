using System.Text.Json.Serialization;
using MnistService.Inference;

namespace MnistService.Operations;

/// <summary>Determines whether the service can answer requests now, and the reason if it cannot.</summary>
internal sealed class Readiness(ServingModel serving, InferenceQueue queue, WorkerWatchdog watchdog, InferenceMetrics metrics)
{
    internal Report Check()
    {
        var reason = serving.NotReadyReason ?? (serving.ModelId is null ? "No model has been loaded yet. Try again later." : watchdog.Reason);
        return new(reason is null ? "ready" : "notReady", serving.ModelId, serving.Device, queue.QueuedImages, queue.OldestWait.TotalSeconds, metrics.Images, reason);
    }

    /// <param name="Status"><c>ready</c> or <c>notReady</c>.</param>
    /// <param name="Model">Id of the served model; null if no model is served.</param>
    /// <param name="Device">Device of the served model, such as <c>cpu</c> or <c>cuda:0</c>; null if no model is served.</param>
    /// <param name="QueuedImages">Number of images in the inference queue.</param>
    /// <param name="OldestWaitSeconds">Time in seconds that the oldest queued request has waited; 0 if the queue is empty.</param>
    /// <param name="Images">Number of images classified since the process started. The difference between two reports gives the throughput.</param>
    /// <param name="Reason">Reason why the service is not ready; absent if it is ready.</param>
    internal sealed record Report(
        string Status, string? Model, string? Device, int QueuedImages, double OldestWaitSeconds, long Images,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);
}
