using MnistService.Http;

namespace MnistService.Connections.Memory;

/// <summary>
/// The part of the <see cref="RequestMemoryBudget"/> that one request holds. While the request waits for its body it may be cut: the pending read then ends
/// with the problem that was given. Used by the request's thread; <see cref="Rate"/> and <see cref="TryCut"/> by any thread.
/// </summary>
internal sealed class MemoryLease(RequestMemoryBudget budget, HttpRequest? request, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private long _started = time.GetTimestamp(), _read = time.GetTimestamp();
    private long _second, _now, _before, _total;
    private bool _waits;

    /// <summary>Bytes that are taken. Written by the budget, under its lock.</summary>
    internal long Bytes { get; set; }

    /// <summary>The answer in place of reading the rest of the body; null while it is read. The connection closes after it.</summary>
    internal ProblemException? Refusal { get; private set; }

    internal bool IsCut => Refusal is not null;

    /// <summary>Takes bytes until it holds so many.</summary>
    /// <exception cref="ProblemException">429: the budget is exhausted.</exception>
    internal async ValueTask GrowAsync(long bytes)
    {
        if (!await budget.TryGrowAsync(this, bytes)) throw MemoryProblems.TooMany();
    }

    /// <summary>The same for requests that are refused in thousands: an exception costs far more than the rest of the refusal.</summary>
    /// <returns>False if the budget is exhausted.</returns>
    internal ValueTask<bool> TryGrowAsync(long bytes) => budget.TryGrowAsync(this, bytes);

    /// <summary>Gives back what it holds beyond so many bytes.</summary>
    internal void Shrink(long bytes) => budget.Shrink(this, bytes);

    /// <param name="endsWhenCut">A read that is cut returns the end of the body, and the reader must look at <see cref="IsCut"/>. Otherwise it throws.</param>
    /// <returns>The request's body. Bytes read from it are counted.</returns>
    internal Stream OpenBody(bool endsWhenCut = false) =>
        new ReceivedBody(request ?? throw new InvalidOperationException("The lease belongs to no request."), this, endsWhenCut);

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
            _total += bytes;
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

    /// <summary>Bytes of the body that have arrived.</summary>
    internal long Total
    {
        get
        {
            lock (_gate) return _total;
        }
    }

    private long Second => (long)time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Ends the pending read.</summary>
    /// <param name="refusal">The answer to its request.</param>
    /// <returns>False if none is pending.</returns>
    internal bool TryCut(ProblemException refusal)
    {
        lock (_gate)
        {
            if (!_waits || IsCut) return false;
            Refusal = refusal;
        }
        request?.BodyReader.CancelPendingRead();
        return true;
    }

    public void Dispose() => Shrink(0);
}
