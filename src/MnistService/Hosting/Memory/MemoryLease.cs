namespace MnistService.Hosting.Memory;

/// <summary>
/// The part of the <see cref="RequestMemoryBudget"/> that one request holds. While the request waits for its body it may be cut: the pending read then ends
/// with <see cref="MemoryProblems.Cut"/>. Used by the request's thread; <see cref="Rate"/> and <see cref="Cut"/> by any thread.
/// </summary>
internal sealed class MemoryLease(RequestMemoryBudget budget, HttpRequest? request, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private long _started = time.GetTimestamp(), _read = time.GetTimestamp();
    private long _second, _now, _before;
    private bool _waits;

    /// <summary>Bytes that are taken. Written by the budget, under its lock.</summary>
    internal long Bytes { get; set; }

    /// <summary>Its memory is needed for others; the connection closes after the answer.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>Takes bytes until it holds so many.</summary>
    /// <exception cref="ProblemException">429: the budget is exhausted.</exception>
    internal ValueTask GrowAsync(long bytes) => budget.GrowAsync(this, bytes);

    /// <summary>Gives back what it holds beyond so many bytes.</summary>
    internal void Shrink(long bytes) => budget.Shrink(this, bytes);

    /// <returns>The request's body. Bytes read from it are counted; a read that is cut throws.</returns>
    internal Stream OpenBody() => new ReceivedBody(request ?? throw new InvalidOperationException("The lease belongs to no request."), this);

    /// <summary>A read of the body begins. Time that the service took since the last one does not count against the client.</summary>
    internal void Wait()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(_read, now) > LongestPause) (_started, _second, _now, _before) = (now, 0, 0, 0);
            _waits = true;
        }
    }

    /// <summary>A read of the body has ended with so many bytes.</summary>
    internal void Received(long bytes)
    {
        lock (_gate)
        {
            _waits = false;
            _read = time.GetTimestamp();
            var second = Second;
            if (second != _second) (_before, _now, _second) = (second == _second + 1 ? _now : 0, 0, second);
            _now += bytes;
        }
    }

    /// <summary>Bytes that arrived in the present second or in the one before it, whichever are more; null when it may not be cut, or is in its first second.</summary>
    internal long? Rate
    {
        get
        {
            lock (_gate)
            {
                if (!_waits || IsCut || Second is not (> 0 and var second)) return null;
                return second == _second ? Math.Max(_now, _before) : second == _second + 1 ? _now : 0;
            }
        }
    }

    private long Second => (long)time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Ends the pending read.</summary>
    internal void Cut()
    {
        lock (_gate)
        {
            if (!_waits || IsCut) return;
            IsCut = true;
        }
        request?.BodyReader.CancelPendingRead();
    }

    public void Dispose() => Shrink(0);
}
