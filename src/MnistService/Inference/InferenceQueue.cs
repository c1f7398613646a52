using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace MnistService.Inference;

/// <summary>
/// Bounded queue between HTTP requests and inference workers, with two priority lanes. A prediction is rejected if the predict lane is full. A bulk request
/// (images of a submission or a label check) waits for space in the bulk lane; bulk requests fill the part of a batch that predictions leave free. Capacities
/// are counted in images.
/// </summary>
/// <remarks>Thread-safe. The Enqueue methods never block a thread.</remarks>
internal sealed class InferenceQueue
{
    /// <summary>
    /// Maximum number of images per bulk request. The number is small, so that bulk requests fit into the part of a batch that predictions leave free.
    /// </summary>
    public const int BulkChunkSize = 8;

    private readonly TimeProvider _time;
    private readonly InferenceMetrics _metrics;
    private readonly PriorityLaneQueue _predict;
    private readonly PriorityLaneQueue _bulk;

    private volatile string? _closed = "The model is still being loaded. Try again later.";
    private volatile int _workers;

    public InferenceQueue(IOptions<InferenceOptions> options, InferenceMetrics metrics, TimeProvider time)
    {
        _time = time;
        Outcomes = new BatchOutcomes(time);
        _metrics = metrics;
        Capacity = options.Value.QueueCapacity;
        // A request has at least one image, so the limit on images applies before the channel is full of requests.
        _predict = new PriorityLaneQueue(Capacity);
        // Every bulk request counts as BulkChunkSize images, so the lane never holds more images than the setting allows.
        _bulk = new PriorityLaneQueue(options.Value.BulkCapacity / BulkChunkSize);
        Batches = new DynamicBatcher(_predict, _bulk, options.Value, metrics, time);
        metrics.Observe(this);
    }

    /// <summary>The batcher, from which workers take their batches.</summary>
    public DynamicBatcher Batches { get; }

    /// <summary>Capacity of the predict lane in images. A call that adds more images than this is always rejected.</summary>
    public int Capacity { get; }

    /// <summary>Number of images in both lanes, including the images of requests that wait for space in the bulk lane.</summary>
    public int QueuedImages => _predict.Images + _bulk.Images;

    /// <summary>Time that the oldest queued request has waited; zero if the queue is empty.</summary>
    public TimeSpan OldestWait => Batches.OldestWait;

    /// <summary>Reason why the queue rejects all requests; null while the queue is open.</summary>
    public string? ClosedReason => _closed;

    public InferenceThroughput Throughput { get; } = new();

    public BatchOutcomes Outcomes { get; }

    /// <summary>
    /// Estimated time until the predict lane is empty, for the Retry-After header of a rejected prediction; zero if no throughput is known yet.
    /// </summary>
    public TimeSpan RetryAfter => Throughput.ImagesPerSecondAndWorker * _workers is > 0 and var imagesPerSecond
        ? TimeSpan.FromSeconds(_predict.Images / imagesPerSecond)
        : TimeSpan.Zero;

    /// <summary>Whether the predict lane is full, so that a prediction would be rejected.</summary>
    public bool IsFull => _predict.Images >= Capacity;

    public int ImagesIn(PriorityLane lane) => lane == PriorityLane.Predict ? _predict.Images : _bulk.Images;

    /// <summary>Adds a request to the predict lane. Returns false immediately if the lane does not have space for all images of the request.</summary>
    /// <exception cref="ServiceUnavailableException">No model is served, or the service is shutting down.</exception>
    public bool TryEnqueue(InferenceRequest request)
    {
        ThrowIfClosed();
        if (!TryReserve(request.Count, requests: 1)) return false;
        if (!TryAdd(request)) throw new ServiceUnavailableException(_closed!);
        return true;
    }

    /// <summary>
    /// Adds either all requests to the predict lane or none. Returns false immediately if the lane does not have space for the images of all requests.
    /// </summary>
    /// <exception cref="ServiceUnavailableException">No model is served, or the service is shutting down.</exception>
    public bool TryEnqueueAll(IReadOnlyList<InferenceRequest> requests)
    {
        ThrowIfClosed();
        if (!TryReserve(requests.Sum(request => request.Count), requests.Count)) return false;
        var added = true;
        foreach (var request in requests) added &= TryAdd(request);
        // A concurrent shutdown can close the lane between two requests. The results of the requests that were added before are discarded.
        if (!added) throw new ServiceUnavailableException(_closed!);
        return true;
    }

    /// <summary>Adds a bulk request of at most <see cref="BulkChunkSize"/> images. Waits until the bulk lane has space for the request.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The request has more than <see cref="BulkChunkSize"/> images.</exception>
    /// <exception cref="ServiceUnavailableException">No model is served, or the service is shutting down.</exception>
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

    /// <summary>Opens the queue for requests.</summary>
    /// <param name="workers">
    /// Number of running workers. The caller keeps this number of workers running until the next call or until <see cref="Drain"/>.
    /// </param>
    public void Open(int workers)
    {
        _workers = workers;
        Outcomes.Succeeded(_time.GetTimestamp()); // resets the failures of the previous model: the new model has been verified
        _closed = null;
    }

    /// <summary>Rejects new requests until the next <see cref="Open"/>. Workers still process the queued requests.</summary>
    public void Close(string reason) => _closed = reason;

    /// <summary>Permanently closes the queue for shutdown. The workers end when the queue is empty.</summary>
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

    /// <exception cref="ServiceUnavailableException">No model is served, or the service is shutting down.</exception>
    public void ThrowIfClosed()
    {
        if (_closed is { } reason) throw new ServiceUnavailableException(reason);
    }
}
