namespace MnistService.Inference;

/// <summary>How the workers' latest batches ended: it tells a device that has gone from a picture that breaks its own batch.</summary>
/// <param name="time">The clock; only its monotonic side is read.</param>
/// <remarks>Safe for all threads. A success, which is every batch of a healthy service, writes one number.</remarks>
internal sealed class BatchOutcomes(TimeProvider time)
{
    private readonly Lock _failing = new();
    private long _lastSuccess = time.GetTimestamp();
    private int _failedInARow; // written under the lock
    private long _failingSince; // under the lock

    /// <summary>A timestamp: when a worker last computed something, or began to serve.</summary>
    public long LastSuccess => Volatile.Read(ref _lastSuccess);

    /// <summary>Batches of which every request failed, since the last that was any good; and for how long that has been so.</summary>
    public (int InARow, TimeSpan For) Failures
    {
        get
        {
            lock (_failing) return (_failedInARow, _failedInARow > 0 ? time.GetElapsedTime(_failingSince) : TimeSpan.Zero);
        }
    }

    /// <param name="now">A timestamp.</param>
    /// <returns>How many have failed in a row since: 0.</returns>
    public int Succeeded(long now)
    {
        Volatile.Write(ref _lastSuccess, now);
        if (Volatile.Read(ref _failedInARow) == 0) return 0;
        lock (_failing) return _failedInARow = 0;
    }

    /// <param name="now">A timestamp.</param>
    /// <returns>How many have failed in a row.</returns>
    public int Failed(long now)
    {
        lock (_failing)
        {
            if (_failedInARow == 0) _failingSince = now;
            return ++_failedInARow;
        }
    }
}
