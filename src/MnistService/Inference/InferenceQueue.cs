using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace MnistService.Inference;

/// <summary>
/// Where HTTP requests hand pictures to the workers. Two lanes: predictions, which are refused when theirs is full, and bulk
/// work (the rows of a CSV), which waits for room and fills what predictions leave of a batch. Counted in images.
/// </summary>
/// <remarks>
/// Safe for all threads. No caller of an Enqueue method ever blocks; workers block in <see cref="Take"/>.
/// A worker sleeps only after it has found nothing to take while it held the gate, and whoever adds something pulses the gate
/// afterwards: no wake-up can be lost.
/// </remarks>
internal sealed class InferenceQueue
{
    /// <summary>Images in a bulk request at most. Small, so that chunks fill a batch whatever the predictions leave of it.</summary>
    public const int BulkChunkSize = 8;

    private readonly object _gate = new();
    private readonly TimeProvider _time;
    private readonly InferenceMetrics _metrics;
    private readonly InferenceLane _predict;
    private readonly InferenceLane _bulk;
    private readonly BatchRule _rule;
    private readonly TimeSpan _deadline;

    private volatile string? _closed = "The model is still being loaded.";
    private volatile int _workers;
    private bool _draining; // under the gate

    public InferenceQueue(IOptions<InferenceOptions> options, InferenceMetrics metrics, TimeProvider time)
    {
        var settings = options.Value;
        _time = time;
        _metrics = metrics;
        _deadline = settings.Deadline;
        _rule = new BatchRule(settings.MaxBatchDelay);
        Capacity = settings.QueueCapacity;
        // A request has one image at least, so a lane whose images are counted is never full in requests.
        _predict = new InferenceLane(settings.QueueCapacity);
        _bulk = new InferenceLane(settings.BulkCapacity / BulkChunkSize);
        metrics.Observe(this);
    }

    /// <summary>Images that the predict lane holds. More than that in one call can never be accepted.</summary>
    public int Capacity { get; }

    /// <summary>Images that wait, in both lanes.</summary>
    public int QueuedImages => _predict.Images + _bulk.Images;

    /// <summary>How long the oldest waiting request has waited; zero when none does.</summary>
    public TimeSpan OldestWait
    {
        get
        {
            lock (_gate) return Oldest() is { } oldest ? _time.GetElapsedTime(oldest.QueuedAt) : TimeSpan.Zero;
        }
    }

    /// <summary>Why nothing is accepted; null while the queue is open.</summary>
    public string? ClosedReason => _closed;

    public InferenceThroughput Throughput { get; } = new();

    /// <summary>When a refused prediction should come again: the time that the lane needs to empty, in whole seconds, at least one.</summary>
    public TimeSpan RetryAfter
    {
        get
        {
            var imagesPerSecond = Throughput.ImagesPerSecondAndWorker * _workers;
            var seconds = imagesPerSecond > 0 ? Math.Ceiling(_predict.Images / imagesPerSecond) : 1;
            return TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 3600));
        }
    }

    public int ImagesIn(Lane lane) => lane == Lane.Predict ? _predict.Images : _bulk.Images;

    /// <summary>Adds a prediction; false at once when the lane has no room for it.</summary>
    /// <exception cref="ServiceUnavailableException">There is no model, or the service is shutting down.</exception>
    public bool TryEnqueue(InferenceRequest request)
    {
        ThrowIfClosed();
        if (!TryReserve(request.Count, requests: 1)) return false;
        Add(request);
        return true;
    }

    /// <summary>Adds all of these predictions, or none and false at once when the lane has no room for all.</summary>
    /// <exception cref="ServiceUnavailableException">There is no model, or the service is shutting down.</exception>
    public bool TryEnqueueAll(IReadOnlyList<InferenceRequest> requests)
    {
        ThrowIfClosed();
        if (!TryReserve(requests.Sum(request => request.Count), requests.Count)) return false;
        foreach (var request in requests) Add(request);
        return true;
    }

    /// <summary>Adds bulk work of at most <see cref="BulkChunkSize"/> images, as soon as there is room.</summary>
    /// <exception cref="ServiceUnavailableException">There is no model, or the service is shutting down.</exception>
    public async ValueTask EnqueueBulkAsync(InferenceRequest request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Count, BulkChunkSize);
        ThrowIfClosed();
        request.QueuedAt = _time.GetTimestamp();
        try
        {
            await _bulk.AddAsync(request, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ServiceUnavailableException(_closed!);
        }
        WakeOne();
    }

    private bool TryReserve(int images, int requests)
    {
        if (_predict.TryReserve(images, Capacity)) return true;
        _metrics.Count(RequestOutcome.Refused, requests);
        return false;
    }

    private void Add(InferenceRequest request)
    {
        request.QueuedAt = _time.GetTimestamp();
        if (!_predict.TryAdd(request)) throw new ServiceUnavailableException(_closed!);
        WakeOne();
    }

    private void ThrowIfClosed()
    {
        if (_closed is { } reason) throw new ServiceUnavailableException(reason);
    }

    /// <summary>Accepts work: <paramref name="workers"/> workers are there to take it, and will be until the queue is drained.</summary>
    public void Open(int workers)
    {
        _workers = workers;
        _closed = null;
    }

    /// <summary>Refuses work from here on. What is queued is still taken.</summary>
    public void Close(string reason) => _closed = reason;

    /// <summary>Refuses work for good; <see cref="Take"/> is false once everything has been taken.</summary>
    public void Drain(string reason)
    {
        _closed = reason;
        lock (_gate)
        {
            _draining = true;
            _predict.Complete();
            _bulk.Complete();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Fails everything that is still queued.</summary>
    public void FailQueued(string reason)
    {
        lock (_gate)
        {
            while ((_predict.Take() ?? _bulk.Take()) is { } request)
            {
                request.Fail(new ServiceUnavailableException(reason));
                _metrics.Count(RequestOutcome.Failed);
            }
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
                else Monitor.Wait(_gate);
            }
            return false;
        }
    }

    /// <summary>Fills the batch with what is queued and due, by the batch rule; false at once when that is nothing.</summary>
    public bool TryTake(InferenceBatch batch)
    {
        batch.Clear();
        lock (_gate)
        {
            if (Oldest() is not { } oldest || UntilDue(batch, oldest) > TimeSpan.Zero) return false;
            var tookBulk = false;
            while (_rule.Next(batch.Images, batch.Capacity, _predict.Peek()?.Count ?? 0, _bulk.Peek()?.Count ?? 0) is { } lane)
            {
                var request = (lane == Lane.Predict ? _predict : _bulk).Take()!;
                if (IsDead(request, lane)) continue;
                batch.Add(request);
                tookBulk |= lane == Lane.Bulk;
            }
            _rule.Complete(tookBulk, bulkWaits: _bulk.Peek() is not null);
            batch.LeftWorkBehind = Oldest() is not null;
            return batch.Images > 0;
        }
    }

    /// <summary>Makes every sleeping worker look whether it is retired.</summary>
    public void WakeWorkers()
    {
        lock (_gate) Monitor.PulseAll(_gate);
    }

    private void WakeOne()
    {
        lock (_gate) Monitor.Pulse(_gate);
    }

    // Rounded up: Monitor.Wait counts whole milliseconds, and 0 of them would spin.
    private void Sleep(TimeSpan wait) => Monitor.Wait(_gate, (int)Math.Ceiling(wait.TotalMilliseconds));

    private TimeSpan UntilDue(InferenceBatch batch, InferenceRequest oldest) =>
        _draining ? TimeSpan.Zero : _rule.UntilDue(QueuedImages, batch.Capacity, _time.GetElapsedTime(oldest.QueuedAt));

    private InferenceRequest? Oldest()
    {
        var (predict, bulk) = (_predict.Peek(), _bulk.Peek());
        return predict is null || bulk?.QueuedAt < predict.QueuedAt ? bulk : predict;
    }

    // Nobody waits for it any more, or it comes too late. Bulk work has no deadline: waiting is what it is for.
    private bool IsDead(InferenceRequest request, Lane lane)
    {
        if (request.Abandoned.IsCancellationRequested)
        {
            request.Abandon();
            _metrics.Count(RequestOutcome.Abandoned);
            return true;
        }
        var waited = _time.GetElapsedTime(request.QueuedAt);
        if (lane == Lane.Bulk || waited <= _deadline) return false;
        request.Fail(new DeadlinePassedException(waited, _deadline));
        _metrics.Count(RequestOutcome.Expired);
        return true;
    }
}
