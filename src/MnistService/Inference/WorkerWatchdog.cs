namespace MnistService.Inference;

/// <summary>
/// Makes readiness fail if a worker hangs in native code, if the thread of a worker has ended, or if the GPU is lost. Also fails the requests that no worker
/// can compute.
/// </summary>
/// <remarks><see cref="Reason"/> is thread-safe.</remarks>
internal sealed partial class WorkerWatchdog : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Timeout for one batch. A batch normally takes milliseconds. A worker that takes longer than this timeout is considered hung: the requests of the batch
    /// fail, and readiness fails.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Number of consecutive failed batches from which on readiness fails. So many failures are attributed to the device and not to the images.
    /// </summary>
    public const int FailuresInARow = 3;

    private readonly ServingModel _serving;
    private readonly InferenceQueue _queue;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly InferenceProbe _probe;
    private long? _notReadySince;

    public WorkerWatchdog(ServingModel serving, InferenceQueue queue, InferenceMetrics metrics, TimeProvider time, ILogger<WorkerWatchdog> logger)
    {
        (_serving, _queue, _time, _logger) = (serving, queue, time, logger);
        _probe = new InferenceProbe(queue, time);
        metrics.ObserveReadiness(() => serving is { NotReadyReason: null, ModelId: not null } && Reason is null);
    }

    /// <summary>Reason why the workers do not compute; null if they do. The text can be sent to clients.</summary>
    public string? Reason
    {
        get
        {
            foreach (var worker in _serving.Workers)
            {
                if (worker.HasEnded) return $"Worker {worker.Name} on {_serving.Device} has ended.";
                if (worker.Computing >= Patience) return $"Worker {worker.Name} on {_serving.Device} has been computing one batch for {worker.Computing.TotalSeconds:F0} s.";
            }
            var (inARow, since) = _queue.Outcomes.Failures;
            if (inARow >= FailuresInARow) return $"Every batch has failed on {_serving.Device} for {since.TotalSeconds:F0} s, {inARow} in a row.";
            return _probe.Failure is { } failure ? $"The last probe failed on {_serving.Device}: {failure}" : null;
        }
    }

    /// <summary>Runs one check: times out hung batches, fails requests that cannot be computed, sends probes and logs changes of readiness.</summary>
    public void Look()
    {
        var workers = _serving.Workers;
        foreach (var worker in workers) worker.GiveUp(Patience);
        var allAreLost = workers.Count > 0 && workers.All(worker => worker.HasEnded || worker.Computing >= Patience);
        if (allAreLost && Reason is { } reason)
        {
            _queue.Batches.FailQueued(reason); // all workers hang or have ended, so nothing takes the requests or a probe
        }
        else
        {
            _queue.Batches.FailExpired();
            _probe.Look(urgent: Reason is not null, Patience);
        }
        Tell(Reason);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Look();
        }
        catch (OperationCanceledException)
        {
            // Expected when the host stops.
        }
    }

    private void Tell(string? reason)
    {
        if (reason is not null && _notReadySince is null)
        {
            _notReadySince = _time.GetTimestamp();
            Log.NotReady(_logger, reason);
        }
        else if (reason is null && _notReadySince is { } since)
        {
            _notReadySince = null;
            Log.ReadyAgain(_logger, _time.GetElapsedTime(since).TotalSeconds);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Inference is not ready: {Reason} If inference does not recover, restart the service")]
        public static partial void NotReady(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "Inference is ready again; it was not ready for {Seconds:F0} s")]
        public static partial void ReadyAgain(ILogger logger, double seconds);
    }
}
