using System.Threading.Channels;

namespace MnistService.Inference;

/// <summary>One priority lane of the inference queue: a bounded FIFO of requests with a count of their images.</summary>
/// <remarks>Any thread may write. Reads require the batcher's lock, so only one thread reads at a time.</remarks>
internal sealed class PriorityLaneQueue(int maxRequests)
{
    // FullMode.Wait applies if the channel is full. TryWrite then returns false, so a prediction is rejected. WriteAsync waits, which applies back-pressure to
    // bulk requests.
    private readonly Channel<InferenceRequest> _requests = Channel.CreateBounded<InferenceRequest>(
        new BoundedChannelOptions(maxRequests) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private int _images;

    /// <summary>Number of images in the lane, including the images of requests that wait for space.</summary>
    public int Images => Volatile.Read(ref _images);

    /// <summary>
    /// Atomically reserves space for <paramref name="images"/> images. Returns false if the lane would then hold more than <paramref name="capacity"/> images.
    /// </summary>
    public bool TryReserve(int images, int capacity)
    {
        while (true)
        {
            var before = Volatile.Read(ref _images);
            if (before + (long)images > capacity) return false;
            if (Interlocked.CompareExchange(ref _images, before + images, before) == before) return true;
        }
    }

    /// <summary>
    /// Adds a request for which <see cref="TryReserve"/> returned true. After <see cref="Complete"/>, releases the reserved space and returns false.
    /// </summary>
    public bool TryAdd(InferenceRequest request)
    {
        if (_requests.Writer.TryWrite(request)) return true;
        Interlocked.Add(ref _images, -request.Count);
        return false;
    }

    /// <summary>Adds a request, and waits until the lane has space for the request.</summary>
    /// <exception cref="ChannelClosedException"><see cref="Complete"/> was called, before or during the wait.</exception>
    public async ValueTask AddAsync(InferenceRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _images, request.Count);
        try
        {
            await _requests.Writer.WriteAsync(request, cancellationToken);
        }
        catch
        {
            Interlocked.Add(ref _images, -request.Count);
            throw;
        }
    }

    /// <summary>Returns the next request without removing it; null if the lane is empty.</summary>
    public InferenceRequest? Peek() => _requests.Reader.TryPeek(out var request) ? request : null;

    /// <summary>Removes the next request and releases its space; null if the lane is empty.</summary>
    public InferenceRequest? Take()
    {
        if (!_requests.Reader.TryRead(out var request)) return null;
        Interlocked.Add(ref _images, -request.Count);
        return request;
    }

    /// <summary>Closes the lane for new requests. Requests in the lane can still be taken.</summary>
    public void Complete() => _requests.Writer.TryComplete();
}

/// <summary>
/// Priority lane of the inference queue. Predictions have priority; bulk requests (of submissions and label checks) fill the rest of a batch.
/// </summary>
internal enum PriorityLane
{
    Predict,
    Bulk,
}
