using System.Text.Json.Serialization;
using MnistService.Inference;

namespace MnistService.Operations;

/// <summary>Whether the service can answer now, and why not.</summary>
internal sealed class Readiness(ServingModel serving, InferenceQueue queue, InferenceSupervisor supervisor, InferenceMetrics metrics)
{
    internal Report Check()
    {
        var reason = serving.NotReadyReason ?? (serving.ModelId is null ? "No model has been loaded yet." : supervisor.Reason);
        return new(reason is null ? "ready" : "notReady", serving.ModelId, serving.Device, queue.QueuedImages, queue.OldestWait.TotalSeconds, metrics.Images, reason);
    }

    /// <param name="Status"><c>ready</c> or <c>notReady</c>.</param>
    /// <param name="Model">The model that serves.</param>
    /// <param name="Device">Where it computes.</param>
    /// <param name="QueuedImages">Images that wait.</param>
    /// <param name="OldestWaitSeconds">How long the oldest of them has waited.</param>
    /// <param name="Images">Images classified since the start: two of these make a rate.</param>
    /// <param name="Reason">Why not ready.</param>
    internal sealed record Report(
        string Status, string? Model, string? Device, int QueuedImages, double OldestWaitSeconds, long Images,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);
}
