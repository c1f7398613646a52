namespace MnistService.Inference;

/// <summary>
/// When a free worker starts a batch, and what goes into it. By default it starts at once with everything that is queued:
/// an idle service answers immediately, and a loaded one forms large batches by itself, because more has come in by the time
/// a worker is free again.
/// </summary>
/// <remarks>No clock, no lock, no queue: the numbers go in and the decision comes out. Used under the queue's gate.</remarks>
internal sealed class BatchRule(TimeSpan maxDelay)
{
    /// <summary>Under a saturated predict lane every 8th batch starts with one bulk chunk, so that a submission crawls but never starves.</summary>
    public const int BulkTurn = 8;

    private int _passedOver;

    /// <summary>How long to wait before the batch is started: zero is now.</summary>
    /// <param name="queued">Images in both lanes; at least 1.</param>
    /// <param name="room">Images that fit into a batch.</param>
    /// <param name="oldestWait">How long the oldest of them has waited.</param>
    public TimeSpan UntilDue(int queued, int room, TimeSpan oldestWait) =>
        queued >= room || oldestWait >= maxDelay ? TimeSpan.Zero : maxDelay - oldestWait;

    /// <summary>Which lane the next request comes from; null: the batch is complete.</summary>
    /// <param name="taken">Images in the batch so far.</param>
    /// <param name="capacity">Images that fit into the batch.</param>
    /// <param name="predict">Images of the first request in the predict lane, 0 if it is empty.</param>
    /// <param name="bulk">Images of the first request in the bulk lane, 0 if it is empty.</param>
    public Lane? Next(int taken, int capacity, int predict, int bulk)
    {
        if (taken == 0 && bulk > 0 && _passedOver >= BulkTurn - 1) return Lane.Bulk;
        if (Fits(predict)) return Lane.Predict;
        // A chunk that does not fit is left for the next batch: splitting it would give one request two models in a swap.
        if (Fits(bulk)) return Lane.Bulk;
        return null;

        // A request that is larger than a whole batch goes alone.
        bool Fits(int images) => images > 0 && (images <= capacity - taken || taken == 0);
    }

    /// <summary>Ends a batch, and remembers whether it passed over bulk work that was waiting.</summary>
    public void Complete(bool tookBulk, bool bulkWaits) => _passedOver = bulkWaits && !tookBulk ? _passedOver + 1 : 0;
}
