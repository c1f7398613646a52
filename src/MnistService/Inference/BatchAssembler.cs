namespace MnistService.Inference;

/// <summary>The workers' side of the queue: hands each free worker its next batch, without the work that died while it waited.</summary>
/// <remarks>
/// Safe for all threads; one batch is assembled at a time, which takes microseconds. A worker sleeps only after it has found
/// nothing to take while it held the gate, and whoever adds something pulses the gate afterwards, so no wake-up can be lost.
/// </remarks>
internal sealed class BatchAssembler(InferenceLane predict, InferenceLane bulk, InferenceOptions options, InferenceMetrics metrics, TimeProvider time)
{
    private readonly object _gate = new(); // not a Lock: Monitor can wait
    private readonly BatchRule _rule = new(options.MaxBatchDelay);
    private bool _draining; // under the gate
    private int _idle; // workers that sleep, less the callers that compute in their place

    /// <summary>How long the oldest waiting request has waited; zero when none does.</summary>
    public TimeSpan OldestWait
    {
        get
        {
            lock (_gate) return Oldest() is { } oldest ? time.GetElapsedTime(oldest.QueuedAt) : TimeSpan.Zero;
        }
    }

    /// <summary>Fills the batch with what is queued; blocks while that is nothing.</summary>
    /// <returns>False: this worker is retired, or the queue is drained and empty.</returns>
    public bool Take(InferenceBatch batch, CancellationToken retired)
    {
        lock (_gate)
        {
            while (!retired.IsCancellationRequested)
            {
                if (TryTake(batch)) return true;
                if (Oldest() is { } oldest) Sleep(UntilDue(batch, oldest));
                else if (_draining) return false;
                else SleepIdle();
            }
            return false;
        }
    }

    /// <summary>Workers that have nothing to do and whose places nobody has taken.</summary>
    public int IdlePlaces => Volatile.Read(ref _idle);

    /// <summary>
    /// Takes the place of a worker that has nothing to do, when nothing waits: the caller may compute as long as that worker would have. As many
    /// callers compute at a time as workers sleep; a worker that is woken meanwhile computes beside them.
    /// </summary>
    /// <returns>True: <see cref="ReturnIdlePlace"/> is owed.</returns>
    public bool TryTakeIdlePlace()
    {
        if (predict.Images > 0 || bulk.Images > 0) return false;
        int idle;
        do
        {
            idle = Volatile.Read(ref _idle);
            if (idle <= 0) return false;
        }
        while (Interlocked.CompareExchange(ref _idle, idle - 1, idle) != idle);
        return true;
    }

    public void ReturnIdlePlace() => Interlocked.Increment(ref _idle);

    /// <summary>Fills the batch with what is queued and due, by the batch rule; false at once when that is nothing.</summary>
    public bool TryTake(InferenceBatch batch)
    {
        batch.Clear();
        lock (_gate)
        {
            if (Oldest() is not { } oldest || UntilDue(batch, oldest) > TimeSpan.Zero) return false;
            var tookBulk = false;
            while (_rule.Next(batch.Images, batch.Capacity, predict.Peek()?.Count ?? 0, bulk.Peek()?.Count ?? 0) is { } lane)
            {
                var request = (lane == Lane.Predict ? predict : bulk).Take()!;
                if (IsDead(request, lane)) continue;
                batch.Add(request);
                tookBulk |= lane == Lane.Bulk;
            }
            _rule.Complete(tookBulk, bulkWaits: bulk.Peek() is not null);
            batch.LeftWorkBehind = Oldest() is not null;
            return batch.Images > 0;
        }
    }

    /// <summary>Something was added: one sleeping worker looks.</summary>
    public void WakeOne()
    {
        lock (_gate) Monitor.Pulse(_gate);
    }

    /// <summary>Every sleeping worker looks whether it is retired.</summary>
    public void WakeAll()
    {
        lock (_gate) Monitor.PulseAll(_gate);
    }

    /// <summary>Nothing is added from here on; <see cref="Take"/> is false once everything has been taken.</summary>
    public void Drain()
    {
        lock (_gate)
        {
            _draining = true;
            predict.Complete();
            bulk.Complete();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Fails everything that is still queued.</summary>
    public void FailQueued(string reason)
    {
        lock (_gate)
        {
            while ((predict.Take() ?? bulk.Take()) is { } request)
            {
                metrics.Count(request, RequestOutcome.Failed);
                request.Fail(new ServiceUnavailableException(reason));
            }
        }
    }

    /// <summary>Fails the predictions that wait beyond the deadline, when no worker comes that would.</summary>
    public void FailExpired()
    {
        lock (_gate)
        {
            while (predict.Peek() is { } request && IsDead(request, Lane.Predict)) predict.Take();
        }
    }

    private void SleepIdle()
    {
        Interlocked.Increment(ref _idle);
        Monitor.Wait(_gate);
        Interlocked.Decrement(ref _idle);
    }

    // Rounded up: Monitor.Wait counts whole milliseconds, and 0 of them would spin.
    private void Sleep(TimeSpan wait) => Monitor.Wait(_gate, (int)Math.Ceiling(wait.TotalMilliseconds));

    private TimeSpan UntilDue(InferenceBatch batch, InferenceRequest oldest) =>
        _draining ? TimeSpan.Zero : _rule.UntilDue(predict.Images + bulk.Images, batch.Capacity, time.GetElapsedTime(oldest.QueuedAt));

    private InferenceRequest? Oldest()
    {
        var (prediction, chunk) = (predict.Peek(), bulk.Peek());
        return prediction is null || chunk?.QueuedAt < prediction.QueuedAt ? chunk : prediction;
    }

    // Nobody waits for it any more, or it comes too late. Bulk work has no deadline: waiting is what it is for.
    private bool IsDead(InferenceRequest request, Lane lane)
    {
        if (request.Abandoned.IsCancellationRequested)
        {
            metrics.Count(request, RequestOutcome.Abandoned);
            request.Abandon();
            return true;
        }
        var waited = time.GetElapsedTime(request.QueuedAt);
        if (lane == Lane.Bulk || waited <= options.Deadline) return false;
        metrics.Count(request, RequestOutcome.Expired);
        request.Fail(new DeadlinePassedException(waited, options.Deadline));
        return true;
    }
}
