using System.Diagnostics;

namespace MnistService.Startup;

/// <summary>
/// Runs all startup tasks (<see cref="IStartupTask"/>) in parallel, after the settings are validated and the data directory is locked, and before the web
/// server listens.
/// </summary>
internal sealed class StartupTasks(IEnumerable<IStartupTask> works, StartupTimings phases) : IHostedLifecycleService
{
    /// <summary>
    /// Completes when all tasks have ended, even if a task fails, so that no task still runs while the process exits. <c>ImageWarmUpTask</c> begins earlier
    /// than the other tasks, so <c>Program</c> waits for that task if startup fails before this method is called.
    /// </summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        phases.End("settings");
        // The tasks block (loading, compiling, reading files), so each has a dedicated thread instead of a thread-pool thread.
        var running = works.Select(work => Task.Factory.StartNew(() => Time(work), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        phases.End("loading", await Task.WhenAll(running));
    }

    private static (string Name, TimeSpan Time) Time(IStartupTask work)
    {
        var start = Stopwatch.GetTimestamp();
        work.Run();
        return (work.Name, Stopwatch.GetElapsedTime(start));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
