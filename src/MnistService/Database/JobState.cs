namespace MnistService.Database;

/// <summary>Where a training job stands.</summary>
internal enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,

    /// <summary>The service stopped, or died, while it ran.</summary>
    Interrupted,
}
