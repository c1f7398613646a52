using System.Diagnostics;
using Microsoft.Extensions.Options;
using MnistService.Model.Inference;

namespace MnistService.Inference;

/// <summary>
/// What serves now: the model, and the workers that each own one copy of it. A swap starts the new model's workers, then
/// retires the old ones, which finish the batch they hold and dispose their networks themselves: no request waits for a
/// swap, none fails in one, and none is computed by two models.
/// </summary>
/// <remarks>Safe for all threads.</remarks>
internal sealed partial class ServingModel(
    InferenceQueue queue,
    IOptions<InferenceOptions> options,
    InferenceMetrics metrics,
    TimeProvider time,
    ILogger<ServingModel> logger,
    ILogger<InferenceWorker> workerLogger)
{
    private const string ShuttingDown = "The service is shutting down.";

    // A worker ends after the batch it holds: milliseconds. One that does not hangs in the network, and cannot be helped;
    // a stop that is out of time must still end within the grace time of whoever sent it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock _swap = new();
    private volatile Generation? _current;
    private volatile bool _stopping;
    private bool _stopped; // under the lock

    /// <summary>The id of the model that answers; null before the first one.</summary>
    public string? ModelId => _current?.ModelId;

    /// <summary>Where it lives: <c>cpu</c>, <c>cuda:0</c>.</summary>
    public string? Device => _current?.Device;

    /// <summary>The model for callers on any thread; null where only its workers may ask it.</summary>
    public IConcurrentDigitClassifier? ForAnyThread => _current?.ForAnyThread;

    /// <summary>Those of the model that answers.</summary>
    public IReadOnlyList<InferenceWorker> Workers => _current?.Workers ?? [];

    /// <summary>Why the service is not ready; null when it is.</summary>
    public string? NotReadyReason => _stopping ? ShuttingDown : queue.ClosedReason;

    /// <summary>
    /// Lets a loaded, checked and warm model take over. Returns when the old one has been disposed, which is a batch later;
    /// do not call it from a request that others wait for.
    /// </summary>
    /// <param name="modelId">Its id in the store.</param>
    /// <param name="classifiers">
    /// One for each worker, as many as <see cref="InferenceOptions.WorkersOn"/> says for their device. They are owned from
    /// here on, also when this throws.
    /// </param>
    /// <exception cref="ArgumentException">Too few or too many classifiers.</exception>
    /// <exception cref="ServiceUnavailableException">The service has stopped.</exception>
    public void Publish(string modelId, IReadOnlyList<IDigitClassifier> classifiers)
    {
        Generation? previous;
        lock (_swap)
        {
            previous = _current;
            Generation next;
            try
            {
                next = Create(modelId, classifiers);
            }
            catch
            {
                foreach (var classifier in classifiers) classifier.Dispose();
                throw;
            }
            foreach (var worker in next.Workers) worker.Start();
            _current = next;
            queue.Open(next.Workers.Count);
            metrics.Swapped();
            Log.Published(logger, modelId, next.Device, next.Workers.Count, previous?.ModelId ?? "none");
        }
        // Outside of the lock: a worker may hang, and neither a stop nor the next model waits for it.
        if (previous is not null) Retire(previous);
    }

    /// <summary>
    /// Not ready, for this reason, until the next <see cref="Publish"/>. What was accepted is still computed, by the
    /// model that was there.
    /// </summary>
    public void Fail(string reason)
    {
        lock (_swap)
        {
            if (_stopped) return;
            queue.Close(reason);
            Log.NotReady(logger, reason);
        }
    }

    /// <summary>Not ready from here on, so that no load balancer sends more; what still comes is served.</summary>
    public void AnnounceStop() => _stopping = true;

    /// <summary>Refuses new work, answers what was accepted, stops the workers, disposes the networks.</summary>
    /// <param name="outOfTime">Cancelled when the time for that is over: what is still queued then fails.</param>
    public async Task StopAsync(CancellationToken outOfTime)
    {
        IReadOnlyList<InferenceWorker> workers;
        lock (_swap)
        {
            _stopping = _stopped = true;
            queue.Drain(ShuttingDown);
            workers = _current?.Workers ?? [];
        }
        var stopped = Task.WhenAll(workers.Select(worker => worker.Stopped));
        try
        {
            await stopped.WaitAsync(outOfTime);
        }
        catch (OperationCanceledException)
        {
            queue.Batches.FailQueued(ShuttingDown);
            await Task.WhenAny(stopped, Task.Delay(Patience, time, CancellationToken.None));
        }
    }

    private Generation Create(string modelId, IReadOnlyList<IDigitClassifier> classifiers)
    {
        if (_stopped) throw new ServiceUnavailableException(ShuttingDown);
        if (classifiers.Count == 0) throw new ArgumentException("Expected one classifier for each worker, got none.", nameof(classifiers));
        var device = classifiers[0].Device;
        var count = options.Value.WorkersOn(device);
        if (classifiers.Count != count)
            throw new ArgumentException($"Expected {count} classifiers on {device}, one for each worker, got {classifiers.Count}.", nameof(classifiers));

        var retired = new CancellationTokenSource();
        retired.Token.Register(queue.Batches.WakeAll);
        var maxBatchSize = options.Value.MaxBatchSizeOn(device);
        var workers = classifiers.Select((classifier, index) => new InferenceWorker(
            $"inference-{index}", classifier, maxBatchSize, queue, metrics, time, workerLogger, retired.Token)).ToList();
        return new Generation(modelId, device, workers, classifiers[0].ForAnyThread, retired);
    }

    /// <summary>Waits for the workers of a replaced model, up to <see cref="Patience"/> for all of them together, and fails the batches of those that hang.</summary>
    private void Retire(Generation generation)
    {
        generation.Retired.Cancel();
        var started = Stopwatch.GetTimestamp(); // the threads are waited for in real time, whatever the clock of the service is
        foreach (var worker in generation.Workers)
        {
            var left = Patience - Stopwatch.GetElapsedTime(started);
            if (worker.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero)) continue;
            Log.StillComputing(logger, generation.ModelId, Patience.TotalSeconds);
            worker.GiveUp(TimeSpan.Zero); // it took its batch before the wait began
        }
        generation.Retired.Dispose();
    }

    private sealed record Generation(
        string ModelId, string Device, IReadOnlyList<InferenceWorker> Workers, IConcurrentDigitClassifier? ForAnyThread, CancellationTokenSource Retired);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Model {Model} took over on {Device} with {Workers} workers; before it: {Previous}")]
        public static partial void Published(ILogger logger, string model, string device, int workers, string previous);

        [LoggerMessage(LogLevel.Warning, "Inference is not ready: {Reason}")]
        public static partial void NotReady(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "A worker of the retired model {Model} was still computing after {Seconds} s")]
        public static partial void StillComputing(ILogger logger, string model, double seconds);
    }
}
