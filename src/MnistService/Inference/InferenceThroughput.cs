namespace MnistService.Inference;

/// <summary>Images per second that one busy worker computes: an exponential moving average with a decay factor of 0.95 per batch.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class InferenceThroughput
{
    private const double Kept = 0.95; // decay factor per batch

    private readonly Lock _lock = new();
    private double _images;
    private double _seconds;
    private bool _measuredUnderLoad;

    /// <summary>Throughput of one worker in images per second; 0 before the first batch.</summary>
    public double ImagesPerSecondAndWorker
    {
        get
        {
            lock (_lock) return _seconds > 0 ? _images / _seconds : 0;
        }
    }

    /// <summary>Records a batch.</summary>
    /// <param name="images">Number of images in the batch.</param>
    /// <param name="elapsed">Time from taking the batch to completing its requests.</param>
    /// <param name="backlog">
    /// Whether requests remained in the queue when the batch was taken. Only such batches measure how fast a backlog shrinks. Batches of an idle service are
    /// mostly single images, which take far longer per image; these batches are used only until the first batch with a backlog.
    /// </param>
    public void Record(int images, TimeSpan elapsed, bool backlog)
    {
        lock (_lock)
        {
            if (_measuredUnderLoad && !backlog) return;
            var kept = backlog && !_measuredUnderLoad ? 0 : Kept;
            _images = _images * kept + images;
            _seconds = _seconds * kept + elapsed.TotalSeconds;
            _measuredUnderLoad |= backlog;
        }
    }
}
