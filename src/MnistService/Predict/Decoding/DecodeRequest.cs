using MnistService.Model.Imaging;

namespace MnistService.Predict.Decoding;

/// <summary>An image in the decode queue.</summary>
/// <param name="decode">Decodes the image: <see cref="UploadedImage.Decode"/> or <see cref="UploadedImage.DecodeAgain"/>.</param>
/// <param name="bytes">The encoded image. Must not change until <see cref="Completion"/> has completed.</param>
/// <param name="cost">Estimated cost of decoding, from <see cref="DecodePool.CostOf"/>.</param>
/// <param name="queuedAt">Time at which the image was queued, from <see cref="TimeProvider.GetTimestamp"/>.</param>
/// <param name="abandoned">Canceled when the client no longer waits. The image is then not decoded.</param>
internal sealed class DecodeRequest(DecodeImage decode, string name, ReadOnlyMemory<byte> bytes, ImageOptions options, DecodeCost cost, long queuedAt, CancellationToken abandoned)
{
    // Asynchronous continuations: the decode thread must not run the rest of the HTTP request.
    private readonly TaskCompletionSource<UploadedImage> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal DecodeCost Cost => cost;

    /// <summary>Whether <see cref="DecodeAdmission"/> counts this image: true for the first reading of an image, false for a second reading.</summary>
    internal bool IsAdmitted { get; init; }

    internal long QueuedAt => queuedAt;

    internal CancellationToken Abandoned => abandoned;

    internal bool IsAbandoned => abandoned.IsCancellationRequested;

    /// <summary>
    /// The decoded image, or the reason for its rejection. The task is canceled if the client no longer waits. The task fails with
    /// <see cref="Inference.DeadlinePassedException"/> if the image waited longer than <see cref="Inference.InferenceOptions.Deadline"/>, or with an unexpected
    /// exception.
    /// </summary>
    internal Task<UploadedImage> Completion => _completion.Task;

    /// <summary>Decodes the image and completes <see cref="Completion"/>.</summary>
    /// <returns>Whether the image was decoded completely, even if no digit was found in it.</returns>
    internal bool Decode()
    {
        var picture = decode(name, bytes.Span, options);
        _completion.TrySetResult(picture);
        return picture.IsDecoded;
    }

    internal void Refuse(ImageException reason) => _completion.TrySetResult(UploadedImage.Rejected(name, reason, TimeSpan.Zero));

    internal void Fail(Exception reason) => _completion.TrySetException(reason);

    internal void Abandon() => _completion.TrySetCanceled(abandoned);
}

/// <summary>Signature of <see cref="UploadedImage.Decode"/> and <see cref="UploadedImage.DecodeAgain"/>.</summary>
internal delegate UploadedImage DecodeImage(string name, ReadOnlySpan<byte> bytes, ImageOptions options);
