using MnistService.Model.Imaging;

namespace MnistService.Predict.Decoding;

/// <summary>A picture that waits for its turn to be decoded.</summary>
/// <param name="bytes">Must not change until <see cref="Completion"/> ends.</param>
/// <param name="cost">In pixels.</param>
/// <param name="queuedAt">A timestamp of the monotonic clock.</param>
/// <param name="abandoned">Cancelled when nobody waits for it any more; it is then not decoded.</param>
internal sealed class DecodeRequest(string name, ReadOnlyMemory<byte> bytes, PictureOptions options, long cost, long queuedAt, CancellationToken abandoned)
{
    // Asynchronous continuations: whoever decodes must not run the rest of the request.
    private readonly TaskCompletionSource<UploadedPicture> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal long Cost => cost;

    internal long QueuedAt => queuedAt;

    internal bool IsAbandoned => abandoned.IsCancellationRequested;

    /// <summary>What became of it. Ends cancelled when it was abandoned, or with the exception that it failed with.</summary>
    internal Task<UploadedPicture> Completion => _completion.Task;

    /// <returns>Whether it could be read.</returns>
    internal bool Decode()
    {
        var picture = UploadedPicture.Decode(name, bytes.Span, options);
        _completion.TrySetResult(picture);
        return picture.Image is not null;
    }

    internal void Fail(Exception reason) => _completion.TrySetException(reason);

    internal void Abandon() => _completion.TrySetCanceled(abandoned);
}
