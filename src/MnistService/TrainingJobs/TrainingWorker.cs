using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Model.Native;

namespace MnistService.TrainingJobs;

/// <summary>The thread that trains: one job at a time, the oldest first, on what the serving threads leave of the processors.</summary>
internal sealed partial class TrainingWorker(
    TrainingJobStore jobs, DatabaseGlance glance, TrainingRunner runner, RunningJob running, IOptions<TrainingOptions> options, IHostApplicationLifetime lifetime,
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
        // At once, while the web server still answers what it has: the checkpoint must not wait for a slow download to end.
        _stop = lifetime.ApplicationStopping.Register(_stopping.Cancel);
    }

    /// <summary>The running job ends within one step and is marked interrupted; what is queued stays queued.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_disposed) return; // a host that is disposed while it runs stops its services twice
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
        WarmUp();
        if (options.Value.YieldToServing) Linux.YieldToOthers();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var job = jobs.TakeNext(_stopping.Token);
                using var tick = options.Value.YieldToServing ? new SchedulerTick() : null;
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
                // The database was out of reach, say. The next turn finds the job interrupted; the loop lives on.
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
            // A defect: the runner reports whatever fails in a job. A job that it has ended stays as it is.
            Log.LoopFailed(log, e);
            jobs.Finish(job.Id, JobState.Interrupted);
        }
    }

    /// <summary>
    /// A job leaves 150 MB of dead arrays. A collection in the background would free them for the runtime alone, which keeps their pages for the next ones; an
    /// aggressive one returns them, and stops all threads for milliseconds. So it runs on a thread that does not yield to other processes meanwhile.
    /// </summary>
    private static void ReturnMemory()
    {
        var thread = new Thread(() =>
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers(); // of tensors
            MallocTuning.Return();
        });
        thread.Start();
        thread.Join();
    }

    /// <summary>Behind the start, and before the first client that needs it. Not as a thread that yields: whoever waited for it would wait for all others.</summary>
    private void WarmUp()
    {
        try
        {
            jobs.WarmUp();
        }
        catch (Exception e)
        {
            Log.NotWarm(log, e); // whoever needs the database next hears the same
        }
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
        [LoggerMessage(LogLevel.Warning, "Marked {Count} training jobs as interrupted: the service had stopped while they ran")]
        public static partial void Recovered(ILogger log, int count);

        [LoggerMessage(LogLevel.Warning, "The training jobs could not be read")]
        public static partial void NotWarm(ILogger log, Exception exception);

        [LoggerMessage(LogLevel.Error, "The end of training job {Job} could not be written to the database; it is kept in memory, and written again every second")]
        public static partial void EndNotWritten(ILogger log, string job);

        [LoggerMessage(LogLevel.Error, "The end of a training job could not be written to the database; at the next start the job is interrupted")]
        public static partial void EndLost(ILogger log);

        [LoggerMessage(LogLevel.Error, "A training job could not be started or ended")]
        public static partial void LoopFailed(ILogger log, Exception exception);
    }
}
