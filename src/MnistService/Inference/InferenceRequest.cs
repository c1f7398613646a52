using MnistService.Model.Imaging;

namespace MnistService.Inference;

/// <summary>
/// One unit of work: images of one caller that one model classifies together. A request is queued once and completed once.
/// </summary>
internal sealed class InferenceRequest
{
    // Asynchronous continuations: the worker that completes a request must not run the rest of the HTTP request on its own thread.
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

    /// <summary>[N×784] bytes in row-major order.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    public CancellationToken Abandoned { get; }

    /// <summary>Whether this is a synthetic request that checks the workers. Probes are excluded from the metrics.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Number of images, N.</summary>
    public int Count => Pixels.Length / DigitImage.PixelCount;

    /// <summary>
    /// The result. The task is canceled if the request was abandoned. It fails with <see cref="DeadlinePassedException"/>,
    /// <see cref="InferenceFailedException"/> or <see cref="ServiceUnavailableException"/>.
    /// </summary>
    public Task<InferenceResult> Completion => _completion.Task;

    /// <summary>Monotonic timestamp of the attempt to enqueue the request. The queue sets it.</summary>
    public long QueuedAt { get; set; }

    public void Answer(InferenceResult result) => _completion.TrySetResult(result);

    public void Fail(Exception reason) => _completion.TrySetException(reason);

    public void Abandon() => _completion.TrySetCanceled(Abandoned);
}
