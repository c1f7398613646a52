using System.Buffers;
using System.IO.Compression;
using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Connections.Memory;
using MnistService.Http;
using MnistService.Model.Imaging;
using MnistService.Predict.Decoding;
using MnistService.Uploads;

namespace MnistService.Predict;

/// <summary>
/// Reads and decodes all images of a <c>POST /predict</c> or <c>POST /read</c> request. The body is either one image or a form with one image per file. An
/// image may be sent as Base64 text.
/// </summary>
internal sealed class ImageReceiver(DecodePool decoding, RequestMemoryBudget memory, IOptions<PredictOptions> options)
{
    /// <summary>Memory in bytes that the request memory budget reserves for the decompressor of one gzip body.</summary>
    private const int GzipBytes = 64 << 10;

    /// <summary>Memory in bytes that the request memory budget reserves for reading one form, in addition to its files.</summary>
    private const int FormBytes = 128 << 10;

    /// <summary>
    /// Memory in bytes that the request memory budget reserves for the result for one file of a form, in addition to the pixels and the file name.
    /// </summary>
    private const int FileBytes = 4 << 10;

    private readonly PredictOptions _limits = options.Value;

    /// <returns>One entry per image, in the order of the request; or one entry with a <see cref="UploadedImage.Refusal"/> if the service is busy.</returns>
    /// <exception cref="ProblemException">The body or the form cannot be read, or exceeds a limit of the whole request.</exception>
    internal async ValueTask<List<UploadedImage>> ReceiveAsync(HttpRequest request, ImageOptions picture, CancellationToken cancellation)
    {
        var isForm = MultipartForm.Is(request, out var type);
        var maxBytes = isForm ? _limits.MaxFormBytes + MultipartForm.Overhead : _limits.MaxBytes;
        if (request.ContentLength > maxBytes) throw isForm ? PredictProblems.FormTooLarge.Exception(maxBytes) : ImageTooLarge(maxBytes).Exception();
        if (request.ContentLength > DecodePool.LightBytes && decoding.TryRefuse()) return [NotDecoded()];
        if (request.ContentLength is null or > RequestMemoryBudget.SmallBytes) UploadedFile.RequirePace(request.HttpContext);
        UploadedFile.Allow(request, maxBytes + 1L);
        var gzip = ContentEncoding.IsGzip(request);
        if (!isForm && !gzip && request.ContentLength > 0 && request.BodyReader.TryRead(out var received))
        {
            if (TryReadInPlace(received.Buffer, request.ContentLength.Value, picture) is { } read)
            {
                try
                {
                    return [MayBeReadAgain(read, picture) ? Keep(request, read, received.Buffer) : read];
                }
                finally
                {
                    request.BodyReader.AdvanceTo(received.Buffer.End);
                }
            }
            return [await ReadOnAsync(request, received.Buffer, picture, cancellation)];
        }
        var lease = memory.Begin(request);
        request.HttpContext.Response.RegisterForDispose(lease); // a form's file names and results stay in memory until the response is sent
        try
        {
            if (gzip || isForm) await lease.GrowAsync((gzip ? GzipBytes : 0) + (isForm ? FormBytes : 0));
            var body = lease.OpenBody(endsWhenRevoked: !gzip && !isForm);
            if (gzip) body = new GZipStream(body, CompressionMode.Decompress);
            if (!isForm) return [await ReadAsync("", body, gzip ? null : request.ContentLength, picture, isFirst: true, _limits.MaxBytes, lease, cancellation)];
            var form = new BoundedStream(body, maxBytes, () => PredictProblems.FormTooLarge.Exception(maxBytes));
            return await ReadFormAsync(MultipartForm.FilesAsync(type, form, cancellation), picture, lease, cancellation);
        }
        catch (Exception e) when (UploadedFile.IsUnreadable(e))
        {
            throw UploadProblems.Unreadable.Exception(e.Message);
        }
    }

    private async Task<List<UploadedImage>> ReadFormAsync(
        IAsyncEnumerable<(string Name, Stream Body)> files, ImageOptions picture, MemoryLease lease, CancellationToken cancellation)
    {
        var (pictures, kept) = (new List<UploadedImage>(), 0); // kept: bytes of the files that are kept for second readings
        try
        {
            await foreach (var (name, file) in files)
            {
                if (pictures.Count == _limits.MaxFiles)
                    throw PredictProblems.TooManyFiles.Exception(_limits.MaxFiles);
                await lease.GrowAsync(lease.Bytes + FileBytes + 4 * name.Length);
                var read = await ReadAsync(name, file, expected: null, picture, isFirst: pictures.Count == 0, memory.MaxKept - kept, lease, cancellation);
                kept += read.File?.Held ?? 0;
                if (read.Refusal is not null) return [read]; // the service is busy, so the whole request is rejected
                pictures.Add(read);
                // The factor is 2, because the 28×28 bytes of each network input are copied once before inference.
                if (read.Marks is { } marks) await lease.GrowAsync(lease.Bytes + 2 * DigitImage.PixelCount * (marks.Candidates.Count + 1));
            }
        }
        catch
        {
            foreach (var read in pictures) read.File?.Dispose();
            throw;
        }
        return pictures.Count > 0
            ? pictures
            : throw PredictProblems.FormWithoutFile.Exception();
    }

    /// <summary>
    /// Decodes a small image in Kestrel's buffer, without a copy, if the image has arrived completely and in one segment. If the decode queue is full, rejects
    /// a large image before it is copied.
    /// </summary>
    /// <returns>The image or its rejection; null if the caller must copy the image with <see cref="ReadOnAsync"/>.</returns>
    private UploadedImage? TryReadInPlace(ReadOnlySequence<byte> bytes, long expected, ImageOptions picture)
    {
        if (!bytes.IsSingleSegment || bytes.Length != expected || TextBody.IsText(bytes.FirstSpan)) return null;
        if (DecodePool.CostOf(bytes.FirstSpan, picture) is null) return UploadedImage.Decode("", bytes.FirstSpan, picture);
        return decoding.TryRefuse() ? NotDecoded() : null;
    }

    /// <summary>
    /// Copies the bytes of the body that have arrived, reads the rest and decodes the image. The copied bytes are marked as read, because unread bytes in
    /// Kestrel's buffer would prevent a graceful shutdown.
    /// </summary>
    private async ValueTask<UploadedImage> ReadOnAsync(HttpRequest request, ReadOnlySequence<byte> received, ImageOptions picture, CancellationToken cancellation)
    {
        var lease = memory.Begin(request);
        request.HttpContext.Response.RegisterForDispose(lease); // held until the response is sent, because the image may be kept for a second reading
        PooledBuffer begun;
        try
        {
            begun = await PooledBuffer.BeginAsync(received, request.ContentLength, _limits.MaxBytes, lease);
        }
        finally
        {
            request.BodyReader.AdvanceTo(received.End);
        }
        return await ReadAsync("", lease.OpenBody(endsWhenRevoked: true), request.ContentLength, picture, isFirst: true, _limits.MaxBytes, lease, cancellation, begun);
    }

    /// <param name="isFirst">
    /// Whether this is the first image of the request. If the decode queue is full, a first image is rejected. A later image is queued even then, because its
    /// request is already accepted.
    /// </param>
    /// <param name="mostKept">Maximum memory in bytes that a file may occupy to be kept for a second reading. A larger file is read only once.</param>
    private async ValueTask<UploadedImage> ReadAsync(
        string name, Stream stream, long? expected, ImageOptions picture, bool isFirst, int mostKept, MemoryLease lease, CancellationToken cancellation,
        PooledBuffer? begun = null)
    {
        var bytes = await PooledBuffer.ReadAsync(stream, expected, _limits.MaxBytes, lease, begun);
        var isKept = false;
        try
        {
            var (read, file) = await DecodeAsync(name, bytes, picture, isFirst, cancellation);
            isKept = MayBeReadAgain(read, picture) && bytes.Capacity <= mostKept;
            return isKept ? read with { File = new(file, bytes) } : read;
        }
        finally
        {
            if (!isKept) bytes.Dispose();
        }
    }

    /// <returns>
    /// <c>Image</c>: the decoded image or the reason for its rejection. <c>File</c>: the bytes of the encoded image; an image that was sent as text (Base64)
    /// has been converted. <c>File</c> is empty if the image was rejected before decoding.
    /// </returns>
    private async ValueTask<(UploadedImage Image, ReadOnlyMemory<byte> File)> DecodeAsync(string name, PooledBuffer bytes, ImageOptions picture, bool isFirst, CancellationToken cancellation)
    {
        if (bytes.End == BodyEnd.TooLarge) return (new(name, null, ImageTooLarge(_limits.MaxBytes), TimeSpan.Zero), default);
        if (bytes.End != BodyEnd.Complete) return isFirst ? (UploadedImage.Refused(Busy.Memory(isRevoked: bytes.End == BodyEnd.Revoked)), default) : throw MemoryProblems.TooManyException();
        ReadOnlyMemory<byte> file = bytes.Memory;
        try
        {
            if (TextBody.IsText(file.Span))
            {
                // If the decode queue is full, rejects a large image before its text is decoded, because the decoded image would be discarded.
                if (isFirst && file.Length > DecodePool.LightBytes && decoding.TryRefuse()) return (NotDecoded(), default);
                file = TextBody.Decode(bytes.Memory);
            }
        }
        catch (ImageException e)
        {
            return (UploadedImage.Rejected(name, e, TimeSpan.Zero), default);
        }
        if (DecodePool.CostOf(file.Span, picture) is not { } cost) return (UploadedImage.Decode(name, file.Span, picture), file);
        var decoded = decoding.TryDecode(name, file, cost, picture, always: !isFirst, cancellation);
        return decoded is null ? (NotDecoded(), default) : (await decoded, file);
    }

    private static bool MayBeReadAgain(UploadedImage read, ImageOptions options) => read.MayBeReadAgain && options.Normalize != NormalizeMode.Never;

    /// <summary>
    /// Copies the file of a small image for a second reading, because Kestrel reuses the buffer that contains the file. If the memory budget has no space, the
    /// image is not copied and is read only once.
    /// </summary>
    private UploadedImage Keep(HttpRequest request, UploadedImage read, ReadOnlySequence<byte> bytes)
    {
        var lease = memory.Begin(request);
        request.HttpContext.Response.RegisterForDispose(lease);
        return lease.TryGrowNow(bytes.Length) ? read with { File = new(bytes.ToArray(), null) } : read;
    }

    private UploadedImage NotDecoded() => UploadedImage.Refused(Busy.Decoding(decoding.Wait));

    private static Problem ImageTooLarge(long max) => new(PredictProblems.TooLarge, $"The image has more than {max} bytes ({PredictOptions.Section}:MaxBytes). "
        + "Scale the image down, or raise the limit.");
}
