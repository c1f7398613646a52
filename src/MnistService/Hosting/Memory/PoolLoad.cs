namespace MnistService.Hosting.Memory;

/// <summary>
/// Whether the thread pool has more to do than it can in a few milliseconds, and how much of what can wait goes on in that case. The pool itself
/// is first-in first-out: without this a request waits behind everything that a flood brings.
/// </summary>
internal static class PoolLoad
{
    private static readonly int Processors = Environment.ProcessorCount;

    /// <summary>Some milliseconds of work is queued.</summary>
    internal static bool IsBusy => ThreadPool.PendingWorkItemCount >= 24 * Processors;

    /// <summary>New connections, or further reads of connections with buffered input, that go on in this millisecond.</summary>
    internal static int PerMillisecond => IsBusy ? Processors : 4 * Processors;

    /// <summary>New connections of networks that have many unanswered ones.</summary>
    internal static int HeavyPerMillisecond => Math.Max(1, Processors / 2);
}
