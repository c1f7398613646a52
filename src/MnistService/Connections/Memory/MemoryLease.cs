using MnistService.Http;

namespace MnistService.Connections.Memory;

/// <summary>
/// The part of the <see cref="RequestMemoryBudget"/> that one request holds. While the request waits for its body, the lease can be revoked: the pending read
/// ends, and the request is answered with <see cref="Refusal"/>. Not thread-safe, except <see cref="Rate"/>, <see cref="Total"/> and <see cref="TryRevoke"/>.
/// </summary>
internal sealed class MemoryLease(RequestMemoryBudget budget, HttpRequest? request, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private long _started = time.GetTimestamp(), _read = time.GetTimestamp();
    private long _second, _now, _before, _total;
    private bool _waits;

    /// <summary>Bytes that this lease holds. Written by <see cref="RequestMemoryBudget"/>, under its lock.</summary>
    internal long Bytes { get; set; }

    /// <summary>
    /// The problem response of a request whose lease was revoked; null if the lease was not revoked. The rest of the body is not read, and the connection
    /// closes after the response.
    /// </summary>
    internal ProblemException? Refusal { get; private set; }

    internal bool IsRevoked => Refusal is not null;

    /// <summary>Grows the lease to <paramref name="bytes"/> in total.</summary>
    /// <exception cref="ProblemException">429: the request memory budget is exhausted.</exception>
    internal async ValueTask GrowAsync(long bytes)
    {
        if (!await budget.TryGrowAsync(this, bytes)) throw MemoryProblems.TooManyException();
    }

    /// <summary>
    /// Grows the lease to <paramref name="bytes"/> in total. Returns false instead of throwing, because under overload thousands of requests are refused, and
    /// an exception costs far more time than the rest of the response.
    /// </summary>
    /// <returns>False if the request memory budget is exhausted.</returns>
    internal ValueTask<bool> TryGrowAsync(long bytes) => budget.TryGrowAsync(this, bytes);

    /// <summary>
    /// Grows the lease to <paramref name="bytes"/> in total if that memory is free. Does not wait, and returns false if the memory is not free.
    /// </summary>
    internal bool TryGrowNow(long bytes) => budget.TryGrowNow(this, bytes);

    /// <summary>Reduces the lease to <paramref name="bytes"/> in total. Does nothing if the lease is smaller.</summary>
    internal void Shrink(long bytes) => budget.Shrink(this, bytes);

    /// <param name="endsWhenRevoked">
    /// If true, a read returns 0 (end of body) when the lease is revoked, and the caller must check <see cref="IsRevoked"/>. If false, the read throws
    /// <see cref="Refusal"/>.
    /// </param>
    /// <returns>The request's body as a stream that counts the bytes read.</returns>
    internal Stream OpenBody(bool endsWhenRevoked = false) =>
        new ReceivedBody(request ?? throw new InvalidOperationException("This memory lease has no request, so it has no body to open."), this, endsWhenRevoked);

    /// <summary>
    /// Call this before a read of the body. If more than 100 ms have passed since the last read, the measurement of the rate restarts, so that the processing
    /// time of the service does not count against the client.
    /// </summary>
    internal void Wait()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(_read, now) > LongestPause) (_started, _second, _now, _before) = (now, 0, 0, 0);
            _waits = true;
        }
    }

    /// <summary>Call this after a read of the body that returned <paramref name="bytes"/> bytes.</summary>
    internal void Received(long bytes)
    {
        lock (_gate)
        {
            _waits = false;
            _read = time.GetTimestamp();
            var second = Second;
            if (second != _second) (_before, _now, _second) = (second == _second + 1 ? _now : 0, 0, second);
            _now += bytes;
            _total += bytes;
        }
    }

    /// <summary>
    /// Receive rate of the body in bytes per second: the higher of the rates in the current and the previous second. Null if no read is pending, if the lease
    /// is already revoked, or in the first second of the measurement.
    /// </summary>
    internal long? Rate
    {
        get
        {
            lock (_gate)
            {
                if (!_waits || IsRevoked || Second is not (> 0 and var second)) return null;
                return second == _second ? Math.Max(_now, _before) : second == _second + 1 ? _now : 0;
            }
        }
    }

    /// <summary>Bytes of the body received so far.</summary>
    internal long Total
    {
        get
        {
            lock (_gate) return _total;
        }
    }

    private long Second => (long)time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Revokes the lease: cancels the pending read of the body.</summary>
    /// <param name="refusal">The problem response to send.</param>
    /// <returns>False if no read is pending, or if the lease was already revoked.</returns>
    internal bool TryRevoke(ProblemException refusal)
    {
        lock (_gate)
        {
            if (!_waits || IsRevoked) return false;
            Refusal = refusal;
        }
        request?.BodyReader.CancelPendingRead();
        return true;
    }

    public void Dispose() => Shrink(0);
}
