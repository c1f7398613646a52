using MnistService.Database;
using MnistService.Model.Native;
using MnistService.Startup;

namespace MnistService.TrainingJobs;

/// <summary>Background thread that runs the training jobs, one at a time, oldest first. By default, the thread runs at idle priority (SCHED_IDLE).</summary>
internal sealed partial class TrainingWorker(
    TrainingJobStore jobs, MigrationCheck glance, TrainingRunner runner, RunningJob running, BackgroundPriority priority, AfterStartup startup, IHostApplicationLifetime lifetime,
    ILogger<TrainingWorker> log)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private CancellationTokenRegistration _start, _stop;
    private Thread? _thread;
    private bool _disposed;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var interrupted = glance.MayHoldJobs(jobs.Recoverable) ? await jobs.RecoverAsync(cancellationToken) : 0;
        if (interrupted > 0) Log.Recovered(log, interrupted);
        _start = lifetime.ApplicationStarted.Register(Start);
        // Cancels the job when shutdown begins, while Kestrel still completes requests. The checkpoint must not wait until a slow download ends.
        _stop = lifetime.ApplicationStopping.Register(_stopping.Cancel);
    }

    /// <summary>
    /// Stops the running job, which usually ends within one training step and becomes interrupted. Queued jobs stay queued. Waits up to 10 seconds for the
    /// training thread to end.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_disposed) return; // a host that is disposed while running stops its services twice
        await _stopping.CancelAsync();
        _thread?.Join(TimeSpan.FromSeconds(10));
        if (!jobs.TryWriteEnds()) Log.EndLost(log);
    }

    private void Start()
    {
        _thread = new Thread(Run) { Name = "training", IsBackground = true };
        _thread.Start();
    }

    private void Run()
    {
        if (!TryWarmUp()) return;
        priority.Apply();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var job = jobs.TakeNext(_stopping.Token);
                using var tick = priority.Yields ? new SchedulerTick() : null;
                MallocTuning.Keep();
                using (var run = running.Begin(job.Id, _stopping.Token)) Run(job, run.Token);
                if (jobs.HasUnwrittenEnds) Log.EndNotWritten(log, job.Id);
                ReturnMemory();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // For example, the database is unavailable. If a job is marked as running, TakeNext marks it as interrupted in the next iteration.
                Log.LoopFailed(log, e);
                _stopping.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
            }
        }
    }

    private void Run(TrainingJob job, CancellationToken cancelled)
    {
        try
        {
            runner.Run(job, cancelled, _stopping.Token);
        }
        catch (Exception e)
        {
            // The runner handles all failures of a job, so an exception here is a defect. Finish does not change a job that has already ended.
            Log.LoopFailed(log, e);
            jobs.Finish(job.Id, JobState.Interrupted);
        }
    }

    /// <summary>
    /// Returns memory to the operating system after a job. A background garbage collection would keep the freed pages in the process. An aggressive collection
    /// returns the pages, but suspends all threads for milliseconds, so it runs on a thread with normal priority.
    /// </summary>
    private static void ReturnMemory()
    {
        var thread = new Thread(() =>
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers(); // finalizers of tensors free native memory
            MallocTuning.Return();
        });
        thread.Start();
        thread.Join();
    }

    /// <summary>
    /// Loads EF Core shortly after startup, so that the first requests that use the database are not delayed. Must be called before the training thread gets
    /// idle priority. At idle priority, a thread that holds EF Core's lock would be starved, and with it all threads that wait for the lock (priority
    /// inversion).
    /// </summary>
    /// <returns>False if the service stops, so the thread must end.</returns>
    private bool TryWarmUp()
    {
        try
        {
            startup.DelayAsync(_stopping.Token).GetAwaiter().GetResult(); // not RunAsync: jobs do not wait for other background work, such as the storage sweep
            jobs.WarmUp();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            Log.NotWarm(log, e); // jobs still run: the next database query reports the error again
        }
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        _start.Dispose();
        _stop.Dispose();
        _stopping.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Marked {Count} training jobs as interrupted: the service had stopped while they ran. "
            + "POST /train/ID/resume continues a job")]
        public static partial void Recovered(ILogger log, int count);

        [LoggerMessage(LogLevel.Warning, "The training jobs could not be read from the database. "
            + "Check the database file and its permissions if later requests fail, too")]
        public static partial void NotWarm(ILogger log, Exception exception);

        [LoggerMessage(LogLevel.Error, "The final state of training job {Job} could not be written to the database. The write is retried every second, "
            + "and no other job starts until the write succeeds. Free disk space or correct the permissions of the database")]
        public static partial void EndNotWritten(ILogger log, string job);

        [LoggerMessage(LogLevel.Error, "The final state of a training job could not be written to the database before the service stopped; "
            + "the next start of the service marks the job as interrupted")]
        public static partial void EndLost(ILogger log);

        [LoggerMessage(LogLevel.Error, "The training worker failed. If a job was running, it is marked as interrupted; POST /train/ID/resume continues it")]
        public static partial void LoopFailed(ILogger log, Exception exception);
    }
}
