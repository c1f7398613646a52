namespace MnistService.Inference;

/// <summary>In-flight batch of one worker and its start time. <see cref="WorkerWatchdog"/> times the batch out if the network hangs.</summary>
/// <param name="capacity">Capacity of the batch in images.</param>
/// <param name="time">The clock; only its monotonic timestamps are used.</param>
/// <remarks>
/// Only the worker calls <see cref="Begin"/> and <see cref="End"/>. Any other thread may read <see cref="Elapsed"/> and call <see cref="GiveUp"/>.
/// The implementation is lock-free.
/// </remarks>
internal sealed class InFlightBatch(int capacity, TimeProvider time)
{
    private long _since; // timestamp of Begin; 0: no batch in flight; negative: the batch has timed out

    /// <summary>
    /// The batch that the worker fills, and then computes between <see cref="Begin"/> and <see cref="End"/>. Only the worker may change the batch.
    /// </summary>
    public InferenceBatch Batch { get; private set; } = new(capacity);

    /// <summary>Time since <see cref="Begin"/>; zero if no batch is in flight.</summary>
    public TimeSpan Elapsed => Math.Abs(Volatile.Read(ref _since)) is > 0 and var since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Marks the batch as in flight.</summary>
    /// <param name="now">Monotonic timestamp of the start of the batch; greater than 0.</param>
    public void Begin(long now) => Volatile.Write(ref _since, now);

    /// <summary>Ends the batch and releases its requests, so that an idle worker holds no references to images.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _since, 0) > 0) Batch.Clear();
        else Batch = new InferenceBatch(capacity); // the thread that timed out the old batch may still read it
    }

    /// <summary>
    /// Times the batch out if it has been in flight for at least <paramref name="patience"/>. The caller must then complete the returned requests. Results that
    /// the worker delivers later are ignored.
    /// </summary>
    /// <returns>
    /// The requests of the batch. Empty if no batch is in flight, if the batch has not been in flight for that long, or if the batch has already timed out.
    /// </returns>
    public ReadOnlySpan<InferenceRequest> GiveUp(TimeSpan patience)
    {
        var since = Volatile.Read(ref _since);
        if (since <= 0 || time.GetElapsedTime(since) < patience) return [];
        var batch = Batch; // read before the exchange: after the exchange, the worker may replace Batch
        return Interlocked.CompareExchange(ref _since, -since, since) == since ? batch.Requests : [];
    }
}
