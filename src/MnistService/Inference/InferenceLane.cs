using System.Threading.Channels;

namespace MnistService.Inference;

/// <summary>One of the queue's two lines of waiting requests, in order of arrival, with a count of its images.</summary>
/// <remarks>Any thread writes; the queue's gate lets one thread read at a time.</remarks>
internal sealed class InferenceLane(int maxRequests)
{
    // Full mode Wait: TryWrite says no at once (and a prediction is refused), WriteAsync waits (and a submission with it).
    private readonly Channel<InferenceRequest> _requests = Channel.CreateBounded<InferenceRequest>(
        new BoundedChannelOptions(maxRequests) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private int _images;

    /// <summary>Images in the lane, and those that wait for room in it.</summary>
    public int Images => Volatile.Read(ref _images);

    /// <summary>Takes room for <paramref name="images"/> unless that would pass <paramref name="capacity"/>. Atomic.</summary>
    public bool TryReserve(int images, int capacity)
    {
        while (true)
        {
            var before = Volatile.Read(ref _images);
            if (before + (long)images > capacity) return false;
            if (Interlocked.CompareExchange(ref _images, before + images, before) == before) return true;
        }
    }

    /// <summary>Adds a request whose images are reserved; false after <see cref="Complete"/>.</summary>
    public bool TryAdd(InferenceRequest request)
    {
        if (_requests.Writer.TryWrite(request)) return true;
        Interlocked.Add(ref _images, -request.Count);
        return false;
    }

    /// <summary>Adds a request as soon as there is room.</summary>
    /// <exception cref="ChannelClosedException">After <see cref="Complete"/>, also while waiting.</exception>
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

    /// <summary>The request that is next, or null.</summary>
    public InferenceRequest? Peek() => _requests.Reader.TryPeek(out var request) ? request : null;

    /// <summary>Takes the request that is next, and gives its room back.</summary>
    public InferenceRequest? Take()
    {
        if (!_requests.Reader.TryRead(out var request)) return null;
        Interlocked.Add(ref _images, -request.Count);
        return request;
    }

    /// <summary>Nothing is added from here on; what is in the lane stays to be taken.</summary>
    public void Complete() => _requests.Writer.TryComplete();
}
