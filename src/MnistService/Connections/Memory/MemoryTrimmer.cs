namespace MnistService.Connections.Memory;

/// <summary>
/// Gives memory back to the system some seconds after a burst of connections or bodies: an idle service has no reason to collect by itself, and its heap
/// would keep the size that the burst gave it.
/// </summary>
internal sealed class MemoryTrimmer(RequestMemoryBudget memory, ConnectionAdmission connections, MemoryPlan plan) : BackgroundService
{
    private const int Parts = 8;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Seconds of calm before it collects: a collection of the whole heap stops all threads for tens of milliseconds.</summary>
    private const int Calm = 3;

    /// <summary>Seconds from one collection to the next, so that clients who make bursts on purpose cannot stop all threads again and again.</summary>
    private const int Pause = 60;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A start that fails disposes of this service while it waits. That is no error to be logged.
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
