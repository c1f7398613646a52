namespace MnistService.Connections;

/// <summary>
/// Load of the thread pool: whether more than a few milliseconds of work is queued, and how many connections may continue meanwhile. The pool is first-in
/// first-out: without this limit, each request would wait behind a whole flood.
/// </summary>
internal static class PoolLoad
{
    private static readonly int Processors = Environment.ProcessorCount;

    /// <summary>Queue length from which the thread pool counts as busy: work items, or connections about to be opened, that take some milliseconds.</summary>
    internal static int Busy { get; } = 24 * Processors;

    /// <summary>True if at least <see cref="Busy"/> work items are queued.</summary>
    internal static bool IsBusy => ThreadPool.PendingWorkItemCount >= Busy;

    /// <summary>Maximum number of new connections that are admitted, or of buffered reads that continue, in this millisecond.</summary>
    internal static int PerMillisecond => IsBusy ? Processors : 4 * Processors;

    /// <summary>Maximum number of connections of heavy networks (<see cref="ClientNetwork.IsHeavy"/>) that are admitted per millisecond.</summary>
    internal static int HeavyPerMillisecond => Math.Max(1, Processors / 2);
}
