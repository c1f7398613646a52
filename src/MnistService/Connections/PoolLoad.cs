namespace MnistService.Connections;

/// <summary>
/// Load of the thread pool, and the number of connections that may be admitted or may continue to read at this load. The thread pool executes work in order of
/// arrival, so without a limit each request would wait behind the work of a flood of connections.
/// </summary>
internal static class PoolLoad
{
    private static readonly int Processors = Environment.ProcessorCount;

    /// <summary>
    /// Number of queued work items at which the thread pool counts as busy: 24 per processor. A new connection also waits if there are this many admitted
    /// connections that Kestrel has not opened yet.
    /// </summary>
    internal static int Busy { get; } = 24 * Processors;

    /// <summary>True if the thread pool is busy: at least <see cref="Busy"/> work items are queued. New connections are then admitted more slowly.</summary>
    internal static bool IsBusy => ThreadPool.PendingWorkItemCount >= Busy;

    /// <summary>
    /// Maximum number of waiting connections that are admitted per millisecond. Also the maximum number of connections in <see cref="ReadTurns"/> that continue
    /// to read per millisecond; the two numbers are counted separately.
    /// </summary>
    internal static int PerMillisecond => IsBusy ? Processors : 4 * Processors;

    /// <summary>Maximum number of connections of heavy client networks (<see cref="ClientNetwork.IsHeavy"/>) that are admitted per millisecond.</summary>
    internal static int HeavyPerMillisecond => Math.Max(1, Processors / 2);
}
