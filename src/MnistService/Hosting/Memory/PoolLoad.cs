namespace MnistService.Hosting.Memory;

/// <summary>
/// Whether the thread pool has more to do than it can in a few milliseconds, and how much of what can wait goes on in that case. The pool itself
/// is first-in first-out: without this a request waits behind everything that a flood brings.
/// </summary>
internal static class PoolLoad
{
    /// <summary>Queued work items from which on the pool counts as busy.</summary>
    private const int Busy = 48;

    /// <summary>While the pool is busy some go on all the same.</summary>
    private const int Usual = 8, WhileBusy = 2;

    internal static bool IsBusy => ThreadPool.PendingWorkItemCount >= Busy;

    /// <summary>New connections, or further reads of connections with buffered input, that go on in this millisecond.</summary>
    internal static int PerMillisecond => IsBusy ? WhileBusy : Usual;
}
