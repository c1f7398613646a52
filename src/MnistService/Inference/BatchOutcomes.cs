namespace MnistService.Inference;

/// <summary>
/// Counts consecutive failed batches, and records the time of the last successful batch. Several consecutive failed batches indicate that the device is lost. A
/// single failed batch can also be caused by its images.
/// </summary>
/// <param name="time">The clock; only its monotonic timestamps are used.</param>
/// <remarks>Thread-safe. A successful batch without preceding failures writes a single number and takes no lock.</remarks>
internal sealed class BatchOutcomes(TimeProvider time)
{
    private readonly Lock _failing = new();
    private long _lastSuccess = time.GetTimestamp();
    private int _failedInARow; // written only under the lock _failing
    private long _failingSince; // guarded by the lock _failing

    /// <summary>Monotonic timestamp of the last successful batch or the last call of <see cref="InferenceQueue.Open"/>, whichever is later.</summary>
    public long LastSuccess => Volatile.Read(ref _lastSuccess);

    /// <summary>
    /// <c>InARow</c>: number of consecutive batches in which every request failed. <c>For</c>: time since the first of these batches. Both are 0 after a
    /// successful batch.
    /// </summary>
    public (int InARow, TimeSpan For) Failures
    {
        get
        {
            lock (_failing) return (_failedInARow, _failedInARow > 0 ? time.GetElapsedTime(_failingSince) : TimeSpan.Zero);
        }
    }

    /// <summary>Records a batch in which at least one request succeeded.</summary>
    /// <param name="now">Monotonic timestamp of the end of the batch.</param>
    /// <returns>Number of consecutive failed batches after this call: always 0.</returns>
    public int Succeeded(long now)
    {
        Volatile.Write(ref _lastSuccess, now);
        if (Volatile.Read(ref _failedInARow) == 0) return 0;
        lock (_failing) return _failedInARow = 0;
    }

    /// <summary>Records a batch in which every request failed.</summary>
    /// <param name="now">Monotonic timestamp of the end of the batch.</param>
    /// <returns>Number of consecutive failed batches, including this one.</returns>
    public int Failed(long now)
    {
        lock (_failing)
        {
            if (_failedInARow == 0) _failingSince = now;
            return ++_failedInARow;
        }
    }
}
