using System.IO.Compression;
using Microsoft.Extensions.Options;
using MnistService.Hosting;
using MnistService.Model.Imaging;
using MnistService.Predict.Decoding;

namespace MnistService.Predict;

/// <summary>Reads and decodes every picture of a request: the body itself, or each file of a form.</summary>
internal sealed class PictureReceiver(DecodeQueue decoding, BodyMemory memory, IOptions<PredictOptions> options)
{
    private readonly PredictOptions _limits = options.Value;

    /// <returns>One for each picture, in order; an only one that is not taken now, because the service is busy, is <see cref="UploadedPicture.IsRefused"/>.</returns>
    /// <exception cref="ProblemException">The request as a whole cannot be read.</exception>
    internal async Task<List<UploadedPicture>> ReceiveAsync(HttpRequest request, PictureOptions picture, CancellationToken cancellation)
    {
        var isForm = MultipartForm.Is(request, out var type);
        var maxBytes = isForm ? _limits.MaxFormBytes + MultipartForm.Overhead : _limits.MaxBytes;
        if (request.ContentLength > maxBytes) throw TooLarge(isForm ? "form" : "picture", maxBytes);
        if (request.ContentLength > DecodeQueue.LightBytes && decoding.TryRefuse()) return [UploadedPicture.Refused];
        if (request.ContentLength is null or > BodyMemory.Free) UploadedFile.RequirePace(request.HttpContext);
        UploadedFile.Allow(request, maxBytes + 1L);
        var gzip = ContentEncoding.IsGzip(request);
        var body = gzip ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        try
        {
            if (!isForm)
            {
                PooledBytes? begun = null;
                var arrived = gzip ? null : TryReadInPlace(request, picture, out begun);
                return [arrived ?? await ReadAsync("", body, gzip ? null : request.ContentLength, picture, isFirst: true, cancellation, begun)];
            }
            return await ReadFormAsync(MultipartForm.FilesAsync(type, new BoundedStream(body, maxBytes, () => TooLarge("form", maxBytes)), cancellation), picture, cancellation);
        }
        catch (Exception e) when (UploadedFile.IsUnreadable(e))
        {
            throw new ProblemException(400, "body_unreadable", "The body cannot be read", $"The gzip data or the form is damaged: {e.Message}");
        }
    }

    private async Task<List<UploadedPicture>> ReadFormAsync(IAsyncEnumerable<(string Name, Stream Body)> files, PictureOptions picture, CancellationToken cancellation)
    {
        var pictures = new List<UploadedPicture>();
        await foreach (var (name, file) in files)
        {
            if (pictures.Count == _limits.MaxFiles)
                throw new ProblemException(413, "form_too_many_files", "The form has too many files", $"At most {_limits.MaxFiles} pictures are read at a time.");
            var read = await ReadAsync(name, file, expected: null, picture, isFirst: pictures.Count == 0, cancellation);
            if (read.IsRefused) return [read]; // and the rest with it
            pictures.Add(read);
        }
        return pictures.Count > 0
            ? pictures
            : throw new ProblemException(400, "form_without_file", "The form has no file", "Expected at least one part with a file name, holding a picture.");
    }

    /// <summary>A small picture that has arrived whole in one piece is decoded where the web server received it, a large one refused there if it has to be.</summary>
    /// <param name="begun">What has arrived, when that is not all or will take longer.</param>
    private UploadedPicture? TryReadInPlace(HttpRequest request, PictureOptions picture, out PooledBytes? begun)
    {
        begun = null;
        if (request.ContentLength is not > 0 || !request.BodyReader.TryRead(out var received)) return null;
        var bytes = received.Buffer;
        UploadedPicture? read = null;
        if (bytes.IsSingleSegment && bytes.Length == request.ContentLength)
        {
            if (DecodeQueue.CostOf(bytes.FirstSpan, picture) is null) read = UploadedPicture.Decode("", bytes.FirstSpan, picture);
            else if (decoding.TryRefuse()) read = UploadedPicture.Refused;
        }
        if (read is null) begun = PooledBytes.Begin(bytes, memory);
        request.BodyReader.AdvanceTo(bytes.End); // also of a part nothing is left lying: the web server cannot stop politely around it
        return read;
    }

    /// <param name="isFirst">Of the request: it is refused when the service is busy. What follows an accepted one waits for its turn instead.</param>
    private async ValueTask<UploadedPicture> ReadAsync(
        string name, Stream stream, long? expected, PictureOptions picture, bool isFirst, CancellationToken cancellation, PooledBytes? begun = null)
    {
        using var bytes = await PooledBytes.ReadAsync(stream, expected, _limits.MaxBytes, memory, begun);
        if (bytes is null) return new(name, null, UploadedPicture.ProblemOf(TooLarge("picture", _limits.MaxBytes)), TimeSpan.Zero);
        if (DecodeQueue.CostOf(bytes.Memory.Span, picture) is not { } cost) return UploadedPicture.Decode(name, bytes.Memory.Span, picture);
        var decoded = decoding.TryDecode(name, bytes.Memory, cost, picture, always: !isFirst, cancellation);
        return decoded is null ? UploadedPicture.Refused : await decoded;
    }

    private static ProblemException TooLarge(string what, long max) =>
        new(413, $"{what}_too_large", $"The {what} is too large", $"The {what} has more than {max} bytes.");
}
