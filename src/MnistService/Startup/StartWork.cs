using System.Diagnostics;

namespace MnistService.Startup;

/// <summary>Does all <see cref="IStartWork"/> at once, after the settings are found good and the data directory is taken, and before the web server listens.</summary>
internal sealed class StartWork(IEnumerable<IStartWork> works, StartPhases phases) : IHostedLifecycleService
{
    /// <summary>All of them have ended when this has, also when one fails: none is left behind in a process that ends.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        phases.End("settings");
        // Loading, compiling and reading files, so a thread each and none of the pool's.
        var running = works.Select(work => Task.Factory.StartNew(() => Time(work), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        phases.End("loading", await Task.WhenAll(running));
    }

    private static (string Name, TimeSpan Time) Time(IStartWork work)
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
