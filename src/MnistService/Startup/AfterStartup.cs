namespace MnistService.Startup;

/// <summary>
/// Runs background tasks, such as warm-ups and checks of files, one at a time. The first task runs at the earliest one second after the service starts
/// listening. Several tasks at once would occupy every processor while the first clients wait. Each task runs on a dedicated thread: the thread pool has only
/// one thread per processor at first, so a background task would occupy a thread that processes requests.
/// </summary>
internal sealed class AfterStartup(IHostApplicationLifetime lifetime, TimeProvider time) : IDisposable
{
    /// <summary>Time after the service starts listening during which no background task runs, so that the first requests can use all processors.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Waits until one second after the service starts listening and until no other background task runs, then runs the task.</summary>
    /// <exception cref="OperationCanceledException">The service stops before the task begins.</exception>
    internal async Task RunAsync(Action work, CancellationToken stopping)
    {
        await DelayAsync(stopping);
        await _turn.WaitAsync(stopping);
        try
        {
            await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits until one second after the service starts listening. Does not wait for other background tasks.</summary>
    /// <exception cref="OperationCanceledException">The service stops.</exception>
    internal async Task DelayAsync(CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(started.SetResult)) await started.Task.WaitAsync(stopping);
        await Task.Delay(Delay, time, stopping);
    }

    public void Dispose() => _turn.Dispose();
}
