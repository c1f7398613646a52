using System.Diagnostics.Metrics;

namespace MnistService.Inference;

/// <summary>Metrics of the inference queue, its workers and the image decoder.</summary>
internal sealed class InferenceMetrics
{
    public const string MeterName = "MnistService.Inference";

    // Boundaries in seconds. The first is 100 µs, because a single image is computed in less than a millisecond.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    };

    private static readonly InstrumentAdvice<int> BatchSizes = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 24, 32, 48, 64, 128, 256, 512],
    };

    private static readonly string[] Outcomes = [.. Enum.GetNames<RequestOutcome>().Select(name => name.ToLowerInvariant())];

    private readonly Meter _meter;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _stageDuration;
    private readonly long[] _requests = new long[Outcomes.Length]; // by outcome
    private readonly Counter<long> _swaps;
    private long _computed;

    public InferenceMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _batchSize = _meter.CreateHistogram("mnist.inference.batch.size", "{image}", "Number of images per batch.", advice: BatchSizes);
        _stageDuration = _meter.CreateHistogram("mnist.inference.stage.duration", "s", "Time to decode an image, time of a request in the queue, and time to compute a batch.", advice: Durations);
        // These two are read when the metrics are scraped, because a counter that is notified of each request takes more time per request.
        _meter.CreateObservableCounter("mnist.inference.requests", Requests, "{request}", "Number of requests, by outcome.");
        _meter.CreateObservableCounter("mnist.inference.images", () => Images, "{image}", "Number of classified images.");
        _swaps = _meter.CreateCounter<long>("mnist.inference.swaps", "{swap}", "Replacements of the served model.");
    }

    /// <summary>
    /// Whether measurements are discarded. True only before Kestrel listens, so that the metrics exclude the requests of the warm-up. There are no other
    /// requests at that time.
    /// </summary>
    public bool IsSuspended { get; set; }

    /// <summary>Number of images classified since the process started.</summary>
    public long Images => Interlocked.Read(ref _computed);

    public void Observe(InferenceQueue queue)
    {
        _meter.CreateObservableGauge("mnist.inference.queue.images", Depths, "{image}", "Number of queued images, by priority lane.");
        _meter.CreateObservableGauge("mnist.inference.queue.oldest_wait", () => queue.OldestWait.TotalSeconds, "s", "Time that the oldest queued request has waited.");

        Measurement<int>[] Depths() =>
        [
            new(queue.ImagesIn(PriorityLane.Predict), new KeyValuePair<string, object?>("lane", "predict")),
            new(queue.ImagesIn(PriorityLane.Bulk), new KeyValuePair<string, object?>("lane", "bulk")),
        ];
    }

    /// <param name="pictures">Returns the number of images that wait for a decode thread or are being decoded by one.</param>
    public void ObserveDecoding(Func<int> pictures) => _meter.CreateObservableGauge("mnist.decode.pictures", pictures, "{picture}", "Large images that wait to be decoded or are being decoded.");

    public void ObserveReadiness(Func<bool> isReady) =>
        _meter.CreateObservableGauge("mnist.inference.ready", () => isReady() ? 1 : 0, description: "1 if the service is ready, otherwise 0.");

    /// <summary>
    /// Counts the outcome of a request. Call this before the request is completed. Ignores a request that is already completed: its batch timed out, and its
    /// outcome was counted at that time. Also ignores probes.
    /// </summary>
    public void Count(InferenceRequest request, RequestOutcome outcome)
    {
        if (!request.IsProbe && !request.Completion.IsCompleted) Count(outcome);
    }

    public void Count(RequestOutcome outcome, int requests = 1)
    {
        if (!IsSuspended) Interlocked.Add(ref _requests[(int)outcome], requests);
    }

    public void Decoded(TimeSpan duration) => RecordStage("decode", duration);

    public void Queued(TimeSpan wait) => RecordStage("queue", wait);

    public void Computed(int images, TimeSpan duration)
    {
        if (IsSuspended) return;
        _batchSize.Record(images);
        Interlocked.Add(ref _computed, images);
        RecordStage("compute", duration);
    }

    public void Swapped() => _swaps.Add(1);

    private IEnumerable<Measurement<long>> Requests() =>
        Outcomes.Select((outcome, i) => new Measurement<long>(Interlocked.Read(ref _requests[i]), new KeyValuePair<string, object?>("outcome", outcome)));

    private void RecordStage(string stage, TimeSpan duration)
    {
        if (!IsSuspended) _stageDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("stage", stage));
    }
}

/// <summary>Outcomes of a request. In lower case, they are the values of the metrics tag <c>outcome</c>.</summary>
internal enum RequestOutcome
{
    Answered,
    Refused,
    Expired,
    Abandoned,
    Failed,
}
