using MnistService.Model.Inference;

namespace MnistService.Inference;

/// <summary>
/// One thread that owns one copy of the served network. The thread takes batches from the queue, computes them and completes their requests. Only this thread
/// calls and disposes its copy of the network. The thread ends when another model replaces the served model or the service stops.
/// </summary>
internal sealed partial class InferenceWorker
{
    private readonly IDigitClassifier _classifier;
    private readonly InferenceQueue _queue;
    private readonly InFlightBatch _inHand;
    private readonly InferenceMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationToken _retired;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;

    private int _failed; // failed requests of the in-flight batch
    private Exception? _failure;

    /// <param name="name">Name of the thread.</param>
    /// <param name="classifier">The worker's copy of the network. Once <see cref="Start"/> has been called, the worker owns and disposes this copy.</param>
    /// <param name="maxBatchSize">Maximum number of images per batch.</param>
    /// <param name="retired">Canceled when another model replaces this one. The worker then ends before its next batch.</param>
    public InferenceWorker(string name, IDigitClassifier classifier, int maxBatchSize, InferenceQueue queue,
        InferenceMetrics metrics, TimeProvider time, ILogger<InferenceWorker> logger, CancellationToken retired)
    {
        _classifier = classifier;
        _queue = queue;
        _inHand = new InFlightBatch(maxBatchSize, time);
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _retired = retired;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>Completes after the thread has disposed its network.</summary>
    public Task Stopped => _stopped.Task;

    public string Name => _thread.Name!;

    /// <summary>Whether the thread has ended although its model still serves. <see cref="WorkerWatchdog"/> then makes readiness fail.</summary>
    public bool HasEnded => !_thread.IsAlive && !_retired.IsCancellationRequested;

    /// <summary>Time that the worker has spent on its current batch; zero if no batch is in flight.</summary>
    public TimeSpan Computing => _inHand.Elapsed;

    public void Start() => _thread.Start();

    /// <summary>Waits for the thread to end; false if the thread still runs after <paramref name="timeout"/>.</summary>
    public bool Join(TimeSpan timeout) => _thread.Join(timeout);

    /// <summary>
    /// Fails the requests of a batch that has been in flight for at least <paramref name="patience"/>, so that no client waits for a hung network.
    /// </summary>
    public void GiveUp(TimeSpan patience)
    {
        foreach (var request in _inHand.GiveUp(patience))
        {
            _metrics.Count(request, RequestOutcome.Failed);
            request.Fail(new ServiceUnavailableException($"Worker {Name} did not finish the computation of this request in time. Try again later."));
        }
    }

    // Answer catches every exception of the network. An exception that reaches this method is therefore a defect of this class. The exception is not caught and
    // ends the process, because otherwise the queue would have no worker.
    private void Run()
    {
        try
        {
            while (_queue.Batches.Take(_inHand.Batch, _retired)) Compute(_inHand.Batch);
        }
        finally
        {
            DisposeClassifier();
            _stopped.TrySetResult();
        }
    }

    private void Compute(InferenceBatch batch)
    {
        (_failed, _failure) = (0, null);
        var taken = _time.GetTimestamp();
        _inHand.Begin(taken);
        Answer(batch.Requests);
        var ended = _time.GetTimestamp();
        _queue.Throughput.Record(batch.Images, _time.GetElapsedTime(taken, ended), batch.LeftWorkBehind);
        var failuresInARow = _failed < batch.Requests.Length ? _queue.Outcomes.Succeeded(ended) : _queue.Outcomes.Failed(ended);
        if (_failure is not null && (failuresInARow <= 1 || !batch.IsProbe)) Log.BatchFailed(_logger, batch.Images, batch.Requests.Length, _failed, _classifier.ModelId, _failure);
        _inHand.End();
    }

    // A failed batch is retried in halves, down to single requests. A batch that is too large for the GPU memory then succeeds in parts, and a request that
    // makes the network fail does not affect the other requests. A network that fails on every request costs up to two calls per request.
    private void Answer(ReadOnlySpan<InferenceRequest> requests)
    {
        try
        {
            Classify(requests);
        }
        catch (Exception exception) when (requests.Length > 1)
        {
            _failure ??= exception;
            Answer(requests[..(requests.Length / 2)]);
            Answer(requests[(requests.Length / 2)..]);
        }
        catch (Exception exception)
        {
            _failure ??= exception;
            _failed++;
            _metrics.Count(requests[0], RequestOutcome.Failed);
            requests[0].Fail(new InferenceFailedException());
        }
    }

    private void Classify(ReadOnlySpan<InferenceRequest> requests)
    {
        var started = _time.GetTimestamp();
        var probabilities = _inHand.Batch.Classify(requests, _classifier, out var digitProbabilities); // probabilities: [N×10]; digitProbabilities: [K]
        var computed = _time.GetElapsedTime(started);

        var images = probabilities.Length / InferenceResult.Classes;
        if (!_inHand.Batch.IsProbe) _metrics.Computed(images, computed);
        var first = 0;
        foreach (var request in requests)
        {
            var mine = probabilities.Slice(first * InferenceResult.Classes, request.Count * InferenceResult.Classes);
            var digits = request.WantsDigitScore ? digitProbabilities.Slice(first, request.Count).ToArray() : null;
            first += request.Count;
            var queued = _time.GetElapsedTime(request.QueuedAt, started);
            if (!request.IsProbe) _metrics.Queued(queued);
            _metrics.Count(request, RequestOutcome.Answered);
            request.Answer(new InferenceResult(mine.ToArray(), _classifier.ModelId, images, queued, computed, digits));
        }
    }

    private void DisposeClassifier()
    {
        try
        {
            _classifier.Dispose();
        }
        catch (Exception exception)
        {
            Log.DisposeFailed(_logger, _classifier.ModelId, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A batch of {Images} images in {Requests} requests failed with model {Model}. "
            + "After any retries in smaller batches, {Failed} of the requests failed and the others were answered")]
        public static partial void BatchFailed(ILogger logger, int images, int requests, int failed, string model, Exception exception);

        [LoggerMessage(LogLevel.Error, "Model {Model} could not be disposed; its memory may be in use until the service is restarted")]
        public static partial void DisposeFailed(ILogger logger, string model, Exception exception);
    }
}
