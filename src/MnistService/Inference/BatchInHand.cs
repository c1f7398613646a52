namespace MnistService.Inference;

/// <summary>The batch of one worker, and since when it is being computed: what a supervisor sees of it, and gives up when the network never comes back.</summary>
/// <param name="capacity">Images that fit.</param>
/// <param name="time">The clock; only its monotonic side is read.</param>
/// <remarks>The worker begins and ends; any other thread looks, and gives up. Neither ever waits for the other.</remarks>
internal sealed class BatchInHand(int capacity, TimeProvider time)
{
    private long _since; // the timestamp of Begin; 0: nothing is computed; negative: given up

    /// <summary>For the worker alone: to be filled, and computed between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public InferenceBatch Batch { get; private set; } = new(capacity);

    /// <summary>How long it has been computed; zero when none is.</summary>
    public TimeSpan Elapsed => Math.Abs(Volatile.Read(ref _since)) is > 0 and var since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <param name="now">A timestamp.</param>
    public void Begin(long now) => Volatile.Write(ref _since, now);

    /// <summary>An idle worker keeps no pictures alive.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _since, 0) > 0) Batch.Clear();
        else Batch = new InferenceBatch(capacity); // who gave the other up may still be reading it
    }

    /// <summary>Takes the requests away from a worker that has computed them for so long; what it still answers is answered to nobody.</summary>
    /// <returns>The requests; none when it has not, or they were taken before.</returns>
    public ReadOnlySpan<InferenceRequest> GiveUp(TimeSpan patience)
    {
        var since = Volatile.Read(ref _since);
        if (since <= 0 || time.GetElapsedTime(since) < patience) return [];
        var batch = Batch; // before the claim: behind it, the worker may have another
        return Interlocked.CompareExchange(ref _since, -since, since) == since ? batch.Requests : [];
    }
}
