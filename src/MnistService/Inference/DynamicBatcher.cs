namespace MnistService.Inference;

/// <summary>
/// Dynamic batcher: the consumer side of the inference queue. It fills the batches of free workers and drops requests that are canceled or past the deadline.
/// </summary>
/// <remarks>
/// Thread-safe. Batches are assembled one at a time, under a lock, in microseconds. A worker checks under the lock whether a batch can start, and begins to
/// wait under the same lock if none can. A producer signals the lock after it has added a request. So no wake-up is lost.
/// </remarks>
internal sealed class DynamicBatcher(PriorityLaneQueue predict, PriorityLaneQueue bulk, InferenceOptions options, InferenceMetrics metrics, TimeProvider time)
{
    private readonly object _gate = new(); // not a System.Threading.Lock, which Monitor.Wait does not support
    private readonly BatchingPolicy _rule = new(options.MaxBatchDelay);
    private bool _draining; // guarded by _gate
    private int _idle; // sleeping workers minus callers that run inline inference

    /// <summary>Time that the oldest queued request has waited; zero if the queue is empty.</summary>
    public TimeSpan OldestWait
    {
        get
        {
            lock (_gate) return Oldest() is { } oldest ? time.GetElapsedTime(oldest.QueuedAt) : TimeSpan.Zero;
        }
    }

    /// <summary>Fills the batch with queued requests. Blocks until the batching policy allows a batch to start.</summary>
    /// <returns>False if the worker is retired, or if the queue is draining and empty.</returns>
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

    /// <summary>
    /// Number of idle workers minus the number of callers that run inline inference. Negative if workers that were idle when inline inference started have
    /// taken a batch in the meantime.
    /// </summary>
    public int IdlePlaces => Volatile.Read(ref _idle);

    /// <summary>
    /// Reserves one idle worker for inline inference, if no request is queued. The number of concurrent inline callers is limited to the number of idle
    /// workers. If the reserved worker takes a batch in the meantime, the worker and the caller compute in parallel.
    /// </summary>
    /// <returns>True if a worker is reserved; the caller must then call <see cref="ReturnIdlePlace"/>.</returns>
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

    /// <summary>Fills the batch with queued requests if the batching policy allows the batch to start now. Does not wait for work.</summary>
    /// <returns>False if the batch is empty.</returns>
    public bool TryTake(InferenceBatch batch)
    {
        batch.Clear();
        lock (_gate)
        {
            if (Oldest() is not { } oldest || UntilDue(batch, oldest) > TimeSpan.Zero) return false;
            var tookBulk = false;
            while (_rule.Next(batch.Images, batch.Capacity, predict.Peek()?.Count ?? 0, bulk.Peek()?.Count ?? 0) is { } lane)
            {
                var request = (lane == PriorityLane.Predict ? predict : bulk).Take()!;
                if (IsDead(request, lane)) continue;
                batch.Add(request);
                tookBulk |= lane == PriorityLane.Bulk;
            }
            _rule.Complete(tookBulk, bulkWaits: bulk.Peek() is not null);
            batch.LeftWorkBehind = Oldest() is not null;
            return batch.Images > 0;
        }
    }

    /// <summary>Wakes one sleeping worker after a request was added.</summary>
    public void WakeOne()
    {
        lock (_gate) Monitor.Pulse(_gate);
    }

    /// <summary>Wakes all sleeping workers, so that they check whether they are retired.</summary>
    public void WakeAll()
    {
        lock (_gate) Monitor.PulseAll(_gate);
    }

    /// <summary>Closes the predict lane and the bulk lane for new requests. <see cref="Take"/> returns false once both lanes are empty.</summary>
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

    /// <summary>Fails all queued requests with <see cref="ServiceUnavailableException"/>.</summary>
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

    /// <summary>
    /// Drops the requests at the head of the predict lane that are canceled or past the deadline. Workers do the same when they take a batch. The watchdog
    /// calls this method, because no worker does so while all are busy.
    /// </summary>
    public void FailExpired()
    {
        lock (_gate)
        {
            while (predict.Peek() is { } request && IsDead(request, PriorityLane.Predict)) predict.Take();
        }
    }

    private void SleepIdle()
    {
        Interlocked.Increment(ref _idle);
        Monitor.Wait(_gate);
        Interlocked.Decrement(ref _idle);
    }

    // Rounded up: Monitor.Wait takes whole milliseconds, and a wait of 0 ms would spin.
    private void Sleep(TimeSpan wait) => Monitor.Wait(_gate, (int)Math.Ceiling(wait.TotalMilliseconds));

    private TimeSpan UntilDue(InferenceBatch batch, InferenceRequest oldest) =>
        _draining ? TimeSpan.Zero : _rule.UntilDue(predict.Images + bulk.Images, batch.Capacity, time.GetElapsedTime(oldest.QueuedAt));

    private InferenceRequest? Oldest()
    {
        var (prediction, chunk) = (predict.Peek(), bulk.Peek());
        return prediction is null || chunk?.QueuedAt < prediction.QueuedAt ? chunk : prediction;
    }

    // Returns true, and completes the request, if the client canceled it or if the deadline of a prediction has passed. Bulk requests have no deadline.
    private bool IsDead(InferenceRequest request, PriorityLane lane)
    {
        if (request.Abandoned.IsCancellationRequested)
        {
            metrics.Count(request, RequestOutcome.Abandoned);
            request.Abandon();
            return true;
        }
        var waited = time.GetElapsedTime(request.QueuedAt);
        if (lane == PriorityLane.Bulk || waited <= options.Deadline) return false;
        metrics.Count(request, RequestOutcome.Expired);
        request.Fail(new DeadlinePassedException(waited, options.Deadline));
        return true;
    }
}
