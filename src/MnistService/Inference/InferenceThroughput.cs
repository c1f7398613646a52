namespace MnistService.Inference;

/// <summary>How many images a second one busy worker computes, as an average that forgets: the last twenty batches or so count.</summary>
/// <remarks>Safe for all threads.</remarks>
internal sealed class InferenceThroughput
{
    private const double Kept = 0.95; // of the past, with each batch

    private readonly Lock _lock = new();
    private double _images;
    private double _seconds;
    private bool _measuredUnderLoad;

    /// <summary>0 before the first batch.</summary>
    public double ImagesPerSecondAndWorker
    {
        get
        {
            lock (_lock) return _seconds > 0 ? _images / _seconds : 0;
        }
    }

    /// <param name="images">Images in the batch.</param>
    /// <param name="elapsed">From taking it to having answered it.</param>
    /// <param name="backlog">
    /// More was queued. Only such batches tell how fast a backlog shrinks: the single pictures of an idle service are far
    /// slower an image, and count only until the first of the others.
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
