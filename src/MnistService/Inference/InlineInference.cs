using MnistService.Model.Inference;

namespace MnistService.Inference;

/// <summary>
/// Inline inference: classifies a single image on the caller's thread if a worker is idle, no request is queued, and the serving model can be called from
/// any thread. The two thread switches to the worker and back would take longer than the computation.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed partial class InlineInference(
    InferenceQueue queue, ServingModel serving, InferenceMetrics metrics, TimeProvider time, ILogger<InlineInference> logger)
{
    /// <summary>Classifies an image on the calling thread if inline inference is possible.</summary>
    /// <param name="pixels">[784] bytes, 0 = paper, 255 = ink.</param>
    /// <returns>The result; null if the caller must use the queue instead.</returns>
    /// <exception cref="InferenceFailedException">The network failed.</exception>
    /// <exception cref="ServiceUnavailableException">No model is served, or the service is shutting down.</exception>
    public InferenceResult? TryAnswer(ReadOnlySpan<byte> pixels)
    {
        queue.ThrowIfClosed();
        if (serving.ForAnyThread is not { } classifier || !queue.Batches.TryTakeIdlePlace()) return null;
        try
        {
            return Answer(pixels, classifier);
        }
        finally
        {
            queue.Batches.ReturnIdlePlace();
        }
    }

    private InferenceResult Answer(ReadOnlySpan<byte> pixels, IConcurrentDigitClassifier classifier)
    {
        var started = time.GetTimestamp();
        var probabilities = new float[InferenceResult.Classes];
        float digitProbability;
        try
        {
            digitProbability = classifier.ClassifyOne(pixels, probabilities);
        }
        catch (Exception exception)
        {
            metrics.Count(RequestOutcome.Failed);
            Log.Failed(logger, classifier.ModelId, exception);
            throw new InferenceFailedException();
        }
        var computed = time.GetElapsedTime(started);
        metrics.Computed(images: 1, computed);
        metrics.Queued(TimeSpan.Zero);
        metrics.Count(RequestOutcome.Answered);
        return new(probabilities, classifier.ModelId, BatchSize: 1, Queued: TimeSpan.Zero, computed, [digitProbability]);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Inline inference of an image failed with model {Model}; the request fails")]
        public static partial void Failed(ILogger logger, string model, Exception exception);
    }
}
