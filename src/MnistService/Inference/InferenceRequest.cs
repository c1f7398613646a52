using MnistService.Model.Imaging;

namespace MnistService.Inference;

/// <summary>
/// One unit of work for the workers: the pictures of one caller that are classified together, by one model. It is queued
/// once and completed once.
/// </summary>
internal sealed class InferenceRequest
{
    // Asynchronous continuations: a worker that completes a request must not run the HTTP response on its own thread.
    private readonly TaskCompletionSource<InferenceResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="pixels">[N×784] bytes, row order, 0 = paper, 255 = ink; must not change until <see cref="Completion"/> ends.</param>
    /// <param name="abandoned">Cancelled when nobody waits for the answer any more; the request is then not computed.</param>
    /// <exception cref="ArgumentException">The pixels are not a positive whole number of pictures.</exception>
    public InferenceRequest(ReadOnlyMemory<byte> pixels, CancellationToken abandoned)
    {
        if (pixels.IsEmpty || pixels.Length % DigitImage.PixelCount != 0)
            throw new ArgumentException($"Expected one or more pictures of {DigitImage.PixelCount} bytes, got {pixels.Length} bytes.", nameof(pixels));
        Pixels = pixels;
        Abandoned = abandoned;
    }

    /// <summary>[N×784] bytes.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    public CancellationToken Abandoned { get; }

    /// <summary>It is the service's own, to see whether the workers answer: no metric counts it.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Images: N.</summary>
    public int Count => Pixels.Length / DigitImage.PixelCount;

    /// <summary>
    /// The answer. Ends cancelled when the request was abandoned, or with <see cref="DeadlinePassedException"/>,
    /// <see cref="InferenceFailedException"/> or <see cref="ServiceUnavailableException"/>.
    /// </summary>
    public Task<InferenceResult> Completion => _completion.Task;

    /// <summary>When it asked for a place in the queue: a timestamp of the monotonic clock, set by the queue.</summary>
    public long QueuedAt { get; set; }

    public void Answer(InferenceResult result) => _completion.TrySetResult(result);

    public void Fail(Exception reason) => _completion.TrySetException(reason);

    public void Abandon() => _completion.TrySetCanceled(Abandoned);
}
