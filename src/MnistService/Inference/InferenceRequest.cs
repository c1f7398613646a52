using MnistService.Model.Imaging;

namespace MnistService.Inference;

/// <summary>
/// One unit of work: images of one caller that one model classifies together. A request is queued once and completed once.
/// </summary>
internal sealed class InferenceRequest
{
    // Asynchronous continuations: the thread of the worker must not run the rest of the HTTP request.
    private readonly TaskCompletionSource<InferenceResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="pixels">[N×784] bytes in row-major order, 0 = paper, 255 = ink. Must not change until <see cref="Completion"/> has completed.</param>
    /// <param name="abandoned">Canceled when the caller no longer waits for the result. A queued request is then dropped instead of computed.</param>
    /// <exception cref="ArgumentException">The number of bytes is not a positive multiple of 784.</exception>
    public InferenceRequest(ReadOnlyMemory<byte> pixels, CancellationToken abandoned)
    {
        if (pixels.IsEmpty || pixels.Length % DigitImage.PixelCount != 0)
            throw new ArgumentException($"Expected one or more images of {DigitImage.PixelCount} bytes, got {pixels.Length} bytes.", nameof(pixels));
        Pixels = pixels;
        Abandoned = abandoned;
    }

    /// <summary>The images: [N×784] bytes in row-major order, 0 = paper, 255 = ink.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    public CancellationToken Abandoned { get; }

    /// <summary>Whether this is a synthetic request that checks the workers. Probes are excluded from the metrics.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Whether the result includes the digit score of each image. Rows of CSV files need no digit score.</summary>
    public bool WantsDigitScore { get; init; }

    /// <summary>Number of images, N.</summary>
    public int Count => Pixels.Length / DigitImage.PixelCount;

    /// <summary>
    /// The result. The task is canceled if the request was abandoned. The task fails with <see cref="DeadlinePassedException"/>,
    /// <see cref="InferenceFailedException"/> or <see cref="ServiceUnavailableException"/>.
    /// </summary>
    public Task<InferenceResult> Completion => _completion.Task;

    /// <summary>Monotonic timestamp of the attempt to enqueue the request. Set by the queue.</summary>
    public long QueuedAt { get; set; }

    public void Answer(InferenceResult result) => _completion.TrySetResult(result);

    public void Fail(Exception reason) => _completion.TrySetException(reason);

    public void Abandon() => _completion.TrySetCanceled(Abandoned);
}

/// <summary>The network's output for the images of one request.</summary>
/// <param name="Probabilities">[N×10] class probabilities; each row sums to 1.</param>
/// <param name="Model">Id of the model that computed the result.</param>
/// <param name="BatchSize">Number of images that were computed together, including those of this request.</param>
/// <param name="Queued">Time from the attempt to enqueue the request to the start of the computation.</param>
/// <param name="Computed">Time to compute the whole batch.</param>
/// <param name="DigitProbabilities">
/// [N] probability, from 0 to 1, that each image shows a digit; NaN if the model has no digit score. Null if the request has
/// <see cref="InferenceRequest.WantsDigitScore"/> = false.
/// </param>
internal sealed record InferenceResult(
    float[] Probabilities, string Model, int BatchSize, TimeSpan Queued, TimeSpan Computed, float[]? DigitProbabilities = null)
{
    /// <summary>Number of classes (digits 0 to 9), which is also the number of probabilities per image.</summary>
    public const int Classes = 10;
}

/// <summary>The request waited in the queue longer than the deadline and was not computed.</summary>
internal sealed class DeadlinePassedException(TimeSpan waited, TimeSpan deadline)
    : Exception($"The request waited {waited.TotalMilliseconds:F0} ms in the queue; the deadline is {deadline.TotalMilliseconds:F0} ms.")
{
    internal TimeSpan Waited { get; } = waited;

    internal TimeSpan Deadline { get; } = deadline;
}

/// <summary>
/// Thrown if the network fails on a request. Clients can see the message of this exception, so the message does not contain the cause, which can include
/// native stack traces and file paths. The cause is only in the log.
/// </summary>
internal sealed class InferenceFailedException() : Exception("The neural network could not classify the images of the request.");

/// <summary>No model is served, the workers do not compute, or the service is shutting down. The message can be sent to clients.</summary>
internal sealed class ServiceUnavailableException(string reason) : Exception(reason);
