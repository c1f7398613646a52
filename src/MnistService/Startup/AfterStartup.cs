namespace MnistService.Startup;

/// <summary>
/// Runs background work, such as warm-ups and checks of files, one after another and from a second after the service listens. All at once they would
/// occupy every processor while the first clients wait. The work runs on threads of its own: the thread pool has only one thread per processor at first, and
/// would process no requests while such work blocks them.
/// </summary>
internal sealed class AfterStartup(IHostApplicationLifetime lifetime, TimeProvider time) : IDisposable
{
    /// <summary>Time that the first requests have the processors for themselves.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Waits until the service listens, the delay has passed and no other work runs, then runs the work.</summary>
    /// <exception cref="OperationCanceledException">The service stops before the work begins.</exception>
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

    /// <summary>Waits until the service listens and the delay has passed, but not for other work.</summary>
    /// <exception cref="OperationCanceledException">The service stops.</exception>
    internal async Task DelayAsync(CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(started.SetResult)) await started.Task.WaitAsync(stopping);
        await Task.Delay(Delay, time, stopping);
    }

    public void Dispose() => _turn.Dispose();
}
