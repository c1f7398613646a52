using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace MnistService.Inference;

/// <summary>
/// Where HTTP requests hand pictures to the workers. Two lanes: predictions, which are refused when theirs is full, and bulk
/// work (the rows of a CSV), which waits for room and fills what predictions leave of a batch. Counted in images.
/// </summary>
/// <remarks>Safe for all threads. No caller of an Enqueue method ever blocks.</remarks>
internal sealed class InferenceQueue
{
    /// <summary>Images in a bulk request at most. Small, so that chunks fill a batch whatever the predictions leave of it.</summary>
    public const int BulkChunkSize = 8;

    private readonly TimeProvider _time;
    private readonly InferenceMetrics _metrics;
    private readonly InferenceLane _predict;
    private readonly InferenceLane _bulk;

    private volatile string? _closed = "The model is still being loaded.";
    private volatile int _workers;

    public InferenceQueue(IOptions<InferenceOptions> options, InferenceMetrics metrics, TimeProvider time)
    {
        _time = time;
        Outcomes = new BatchOutcomes(time);
        _metrics = metrics;
        Capacity = options.Value.QueueCapacity;
        // A prediction has one image at least, so this lane refuses by images before it is full of requests.
        _predict = new InferenceLane(Capacity);
        // Here a short chunk counts as a whole one: never more images than the setting allows.
        _bulk = new InferenceLane(options.Value.BulkCapacity / BulkChunkSize);
        Batches = new BatchAssembler(_predict, _bulk, options.Value, metrics, time);
        metrics.Observe(this);
    }

    /// <summary>The workers' side.</summary>
    public BatchAssembler Batches { get; }

    /// <summary>Images that the predict lane holds. More than that in one call can never be accepted.</summary>
    public int Capacity { get; }

    /// <summary>Images that wait, in both lanes, and those that wait for room in the bulk lane.</summary>
    public int QueuedImages => _predict.Images + _bulk.Images;

    /// <summary>How long the oldest waiting request has waited; zero when none does.</summary>
    public TimeSpan OldestWait => Batches.OldestWait;

    /// <summary>Why nothing is accepted; null while the queue is open.</summary>
    public string? ClosedReason => _closed;

    public InferenceThroughput Throughput { get; } = new();

    public BatchOutcomes Outcomes { get; }

    /// <summary>When a refused prediction should come again: the time that the lane needs to empty; zero where that is not known yet.</summary>
    public TimeSpan RetryAfter => Throughput.ImagesPerSecondAndWorker * _workers is > 0 and var imagesPerSecond
        ? TimeSpan.FromSeconds(_predict.Images / imagesPerSecond)
        : TimeSpan.Zero;

    /// <summary>Whether a prediction would be refused now.</summary>
    public bool IsFull => _predict.Images >= Capacity;

    public int ImagesIn(Lane lane) => lane == Lane.Predict ? _predict.Images : _bulk.Images;

    /// <summary>Adds a prediction; false at once when the lane has no room for it.</summary>
    /// <exception cref="ServiceUnavailableException">There is no model, or the service is shutting down.</exception>
    public bool TryEnqueue(InferenceRequest request)
    {
        ThrowIfClosed();
        if (!TryReserve(request.Count, requests: 1)) return false;
        if (!TryAdd(request)) throw new ServiceUnavailableException(_closed!);
        return true;
    }

    /// <summary>Adds all of these predictions, or none and false at once when the lane has no room for all.</summary>
    /// <exception cref="ServiceUnavailableException">There is no model, or the service is shutting down.</exception>
    public bool TryEnqueueAll(IReadOnlyList<InferenceRequest> requests)
    {
        ThrowIfClosed();
        if (!TryReserve(requests.Sum(request => request.Count), requests.Count)) return false;
        var added = true;
        foreach (var request in requests) added &= TryAdd(request);
        // Only a shutdown in this very moment can part them; those that were added are computed for nobody.
        if (!added) throw new ServiceUnavailableException(_closed!);
        return true;
    }

    /// <summary>Adds bulk work of at most <see cref="BulkChunkSize"/> images, as soon as there is room.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More images than that.</exception>
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
        Batches.WakeOne();
    }

    /// <summary>Accepts work: <paramref name="workers"/> workers are there to take it, and will be until the queue is drained.</summary>
    public void Open(int workers)
    {
        _workers = workers;
        Outcomes.Succeeded(_time.GetTimestamp()); // the model was checked; what another did before is past
        _closed = null;
    }

    /// <summary>Refuses work from here on. What is queued is still taken.</summary>
    public void Close(string reason) => _closed = reason;

    /// <summary>Refuses work for good; the workers end once they have taken everything.</summary>
    public void Drain(string reason)
    {
        _closed = reason;
        Batches.Drain();
    }

    private bool TryReserve(int images, int requests)
    {
        if (_predict.TryReserve(images, Capacity)) return true;
        _metrics.Count(RequestOutcome.Refused, requests);
        return false;
    }

    private bool TryAdd(InferenceRequest request)
    {
        request.QueuedAt = _time.GetTimestamp();
        if (!_predict.TryAdd(request)) return false;
        Batches.WakeOne();
        return true;
    }

    /// <exception cref="ServiceUnavailableException">There is no model, or the service is shutting down.</exception>
    public void ThrowIfClosed()
    {
        if (_closed is { } reason) throw new ServiceUnavailableException(reason);
    }
}
