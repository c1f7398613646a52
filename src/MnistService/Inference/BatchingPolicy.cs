namespace MnistService.Inference;

/// <summary>
/// Batching policy: decides when a free worker starts a batch and which requests the batch contains. By default, a batch starts immediately with all queued
/// requests that fit. An idle service therefore answers without delay, and a loaded service forms large batches because requests accumulate while the workers
/// are busy.
/// </summary>
/// <remarks>Pure decision logic without a clock, a lock or a queue. Not thread-safe; <see cref="DynamicBatcher"/> calls it under its lock.</remarks>
internal sealed class BatchingPolicy(TimeSpan maxDelay)
{
    /// <summary>
    /// Interval, in batches, at which a waiting bulk request (rows of a submission or of a label check) has priority. While predictions fill all batches, every
    /// 8th batch starts with one bulk request, so that bulk requests make progress.
    /// </summary>
    public const int BulkTurn = 8;

    private int _passedOver;

    /// <summary>Returns the time to wait before the batch starts; zero if the batch can start now.</summary>
    /// <param name="queued">Number of queued images in the predict lane and the bulk lane together; at least 1.</param>
    /// <param name="room">Capacity of a batch in images.</param>
    /// <param name="oldestWait">Time that the oldest queued request has waited.</param>
    public TimeSpan UntilDue(int queued, int room, TimeSpan oldestWait) =>
        queued >= room || oldestWait >= maxDelay ? TimeSpan.Zero : maxDelay - oldestWait;

    /// <summary>Selects the priority lane (predict or bulk) from which the next request is added to the batch; null if no queued request fits.</summary>
    /// <param name="taken">Number of images already in the batch.</param>
    /// <param name="capacity">Capacity of the batch in images.</param>
    /// <param name="predict">Number of images in the first request of the predict lane; 0 if the lane is empty.</param>
    /// <param name="bulk">Number of images in the first request of the bulk lane; 0 if the lane is empty.</param>
    public PriorityLane? Next(int taken, int capacity, int predict, int bulk)
    {
        if (taken == 0 && bulk > 0 && _passedOver >= BulkTurn - 1) return PriorityLane.Bulk;
        if (Fits(predict)) return PriorityLane.Predict;
        // A bulk request that does not fit waits for the next batch. The request is not split, because a model swap between its parts would mix two models.
        if (Fits(bulk)) return PriorityLane.Bulk;
        return null;

        // A request that is larger than a whole batch forms a batch alone.
        bool Fits(int images) => images > 0 && (images <= capacity - taken || taken == 0);
    }

    /// <summary>
    /// Updates the number of consecutive batches without a bulk request while a bulk request is queued. Call this after each batch was filled.
    /// </summary>
    /// <param name="tookBulk">Whether the batch contains a bulk request.</param>
    /// <param name="bulkWaits">Whether a bulk request is still queued.</param>
    public void Complete(bool tookBulk, bool bulkWaits) => _passedOver = bulkWaits && !tookBulk ? _passedOver + 1 : 0;
}
