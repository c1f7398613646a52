using System.Diagnostics;
using Microsoft.Extensions.Options;
using MnistService.Model.Inference;

namespace MnistService.Inference;

/// <summary>
/// The served model and its workers; each worker owns one copy of the network. <see cref="Publish"/> starts the workers of a new model and then retires the old
/// workers, which finish their in-flight batches and dispose their networks. Requests do not wait for this replacement, and no request is computed by two
/// models. A request fails only if an old worker hangs.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed partial class ServingModel(
    InferenceQueue queue,
    IOptions<InferenceOptions> options,
    InferenceMetrics metrics,
    TimeProvider time,
    ILogger<ServingModel> logger,
    ILogger<InferenceWorker> workerLogger)
{
    private const string ShuttingDown = "The service is shutting down. Try again later.";

    // Maximum wait for workers to end. A worker ends after its in-flight batch, which takes milliseconds; a worker that takes longer hangs in native code.
    // The bound also lets a shutdown that has exceeded its timeout end within the grace period of the process manager.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock _swap = new();
    private volatile Generation? _current;
    private volatile bool _stopping;
    private bool _stopped; // guarded by _swap

    /// <summary>Id of the model that serves; null before the first model is published.</summary>
    public string? ModelId => _current?.ModelId;

    /// <summary>Device of the serving model, such as <c>cpu</c> or <c>cuda:0</c>; null before the first model is published.</summary>
    public string? Device => _current?.Device;

    /// <summary>The serving model for calls from any thread; null if only the workers may call it, or if no model is published.</summary>
    public IConcurrentDigitClassifier? ForAnyThread => _current?.ForAnyThread;

    /// <summary>Workers of the serving model; empty before the first model is published.</summary>
    public IReadOnlyList<InferenceWorker> Workers => _current?.Workers ?? [];

    /// <summary>Reason why the service is not ready: the service is shutting down, or the queue is closed. Null otherwise.</summary>
    public string? NotReadyReason => _stopping ? ShuttingDown : queue.ClosedReason;

    /// <summary>
    /// Replaces the serving model with a loaded, verified and warmed-up model. Blocks until the old workers have ended: normally for one batch, at most for
    /// 3 s. Do not call this method from latency-critical code.
    /// </summary>
    /// <param name="modelId">Id of the model in the model store.</param>
    /// <param name="classifiers">
    /// One classifier per worker; <see cref="InferenceOptions.WorkersOn"/> returns the required number for the device. This class takes ownership of the
    /// classifiers, even if the method throws.
    /// </param>
    /// <exception cref="ArgumentException">The number of classifiers does not match the number of workers.</exception>
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
        // Retire runs outside the lock: a worker may hang, and neither a shutdown nor the next model may wait for this worker.
        if (previous is not null) Retire(previous);
    }

    /// <summary>
    /// Makes the service not ready until the next <see cref="Publish"/>; <paramref name="reason"/> is sent to clients. The previous model still computes the
    /// requests that are already queued.
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

    /// <summary>Makes the service not ready, so that load balancers stop sending traffic. Requests that still arrive are served.</summary>
    public void AnnounceStop() => _stopping = true;

    /// <summary>Rejects new requests, completes the queued ones, stops the workers and disposes the networks.</summary>
    /// <param name="outOfTime">Canceled when the shutdown timeout expires. Requests that are still queued then fail.</param>
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

    /// <summary>
    /// Waits until the workers of a replaced model have ended, for at most <see cref="Patience"/> in total. Then fails the in-flight batches of the workers
    /// that still run.
    /// </summary>
    private void Retire(Generation generation)
    {
        generation.Retired.Cancel();
        var started = Stopwatch.GetTimestamp(); // Thread.Join waits in real time, which can differ from the injected clock
        foreach (var worker in generation.Workers)
        {
            var left = Patience - Stopwatch.GetElapsedTime(started);
            if (worker.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero)) continue;
            Log.StillComputing(logger, generation.ModelId, Patience.TotalSeconds);
            worker.GiveUp(TimeSpan.Zero); // no further wait: Patience has passed
        }
        generation.Retired.Dispose();
    }

    private sealed record Generation(
        string ModelId, string Device, IReadOnlyList<InferenceWorker> Workers, IConcurrentDigitClassifier? ForAnyThread, CancellationTokenSource Retired);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Model {Model} serves on {Device} with {Workers} workers; previous model: {Previous}")]
        public static partial void Published(ILogger logger, string model, string device, int workers, string previous);

        [LoggerMessage(LogLevel.Warning, "Inference is not ready: {Reason}")]
        public static partial void NotReady(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "A worker of the retired model {Model} was still computing after {Seconds} s; the requests of its batch fail")]
        public static partial void StillComputing(ILogger logger, string model, double seconds);
    }
}
