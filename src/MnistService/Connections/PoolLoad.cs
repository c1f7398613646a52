namespace MnistService.Connections;

/// <summary>
/// Tells whether the thread pool has more than a few milliseconds of queued work, and how many connections may continue meanwhile. The pool is first-in first-out:
/// without this limit, each request would wait behind the whole flood.
/// </summary>
internal static class PoolLoad
{
    private static readonly int Processors = Environment.ProcessorCount;

    /// <summary>Work items, or connections about to be opened, that take some milliseconds.</summary>
    internal static int Busy { get; } = 24 * Processors;

    /// <summary>Some milliseconds of work is queued.</summary>
    internal static bool IsBusy => ThreadPool.PendingWorkItemCount >= Busy;

    /// <summary>New connections, or further reads of connections with buffered input, that go on in this millisecond.</summary>
    internal static int PerMillisecond => IsBusy ? Processors : 4 * Processors;

    /// <summary>New connections of networks that have many unanswered ones.</summary>
    internal static int HeavyPerMillisecond => Math.Max(1, Processors / 2);
}
