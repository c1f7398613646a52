namespace MnistService.Connections.Memory;

/// <summary>
/// Returns memory to the operating system three seconds or more after a burst. A burst uses more than an eighth of the maximum number of connections or of the
/// memory for request bodies. Without allocations the garbage collector does not run, so the heap of an idle service would not shrink after the burst.
/// </summary>
internal sealed class MemoryTrimmer(RequestMemoryBudget memory, ConnectionAdmission connections, MemoryPlan plan) : BackgroundService
{
    private const int Parts = 8;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Seconds after the last burst of connections or request bodies before a full garbage collection is forced. The collection stops all threads for tens of
    /// milliseconds, so it must not run during a burst.
    /// </summary>
    private const int Calm = 3;

    /// <summary>Minimum seconds between two forced garbage collections, so that clients cannot stop all threads repeatedly with deliberate bursts.</summary>
    private const int Pause = 60;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // If startup fails, the host disposes this service during the wait. The resulting cancellation is not an error.
        try
        {
            await TrimAfterBurstsAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task TrimAfterBurstsAsync(CancellationToken stopping)
    {
        var (burst, calm, sinceLast) = (false, 0, Pause);
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            sinceLast++;
            if (memory.Taken > plan.BodyBytes / Parts || connections.Count > plan.Connections / Parts) (burst, calm) = (true, 0);
            else if (burst && ++calm >= Calm && sinceLast >= Pause)
            {
                (burst, sinceLast) = (false, 0);
                BufferPool.Clear();
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
    }
}
