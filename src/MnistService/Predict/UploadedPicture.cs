using System.Diagnostics;
using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using MnistService.Hosting;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>One picture of a request, already decoded: what goes to the network, or why it was refused.</summary>
internal sealed record UploadedPicture(string Name, DigitImage? Image, PictureProblem? Problem, TimeSpan DecodeTime)
{
    /// <summary>Reads and decodes every picture of a request: the body itself, or each file of a form.</summary>
    /// <exception cref="ProblemException">The request as a whole cannot be read.</exception>
    internal static async Task<List<UploadedPicture>> ReadAllAsync(
        HttpRequest request, PictureOptions picture, PredictOptions limits, CancellationToken cancellation)
    {
        var isForm = MultipartForm.Is(request, out var type);
        var maxBytes = isForm ? limits.MaxFormBytes + MultipartForm.Overhead : limits.MaxBytes;
        if (request.ContentLength > maxBytes) throw TooLarge(isForm ? "form" : "picture", maxBytes);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = maxBytes + 1L; // what is over is answered here, with a code
        var gzip = ContentEncoding.IsGzip(request);
        var body = gzip ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        try
        {
            if (!isForm)
            {
                PooledBytes? begun = null;
                var arrived = gzip ? null : TryReadInPlace(request, picture, out begun);
                return [arrived ?? await ReadAsync("", body, gzip ? null : request.ContentLength, picture, limits, cancellation, begun)];
            }
            var pictures = new List<UploadedPicture>();
            var bounded = new BoundedStream(body, maxBytes, () => TooLarge("form", maxBytes));
            await foreach (var (name, file) in MultipartForm.FilesAsync(type, bounded, cancellation))
            {
                if (pictures.Count == limits.MaxFiles)
                    throw new ProblemException(413, "form_too_many_files", "The form has too many files", $"At most {limits.MaxFiles} pictures are read at a time.");
                pictures.Add(await ReadAsync(name, file, expected: null, picture, limits, cancellation));
            }
            return pictures.Count > 0
                ? pictures
                : throw new ProblemException(400, "form_without_file", "The form has no file", "Expected at least one part with a file name, holding a picture.");
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new ProblemException(400, "body_unreadable", "The body cannot be read", $"The gzip data or the form is damaged: {e.Message}");
        }
    }

    /// <summary>A picture that has arrived whole in one piece, as a small one does, is decoded where the web server received it.</summary>
    /// <param name="begun">What has arrived when that is not all.</param>
    private static UploadedPicture? TryReadInPlace(HttpRequest request, PictureOptions options, out PooledBytes? begun)
    {
        begun = null;
        if (request.ContentLength is not > 0 || !request.BodyReader.TryRead(out var received)) return null;
        var bytes = received.Buffer;
        var picture = bytes.IsSingleSegment && bytes.Length == request.ContentLength ? Decode("", bytes.FirstSpan, options) : null;
        if (picture is null) begun = PooledBytes.Begin(bytes);
        request.BodyReader.AdvanceTo(bytes.End); // also of a part nothing is left lying: the web server cannot stop politely around it
        return picture;
    }

    private static async ValueTask<UploadedPicture> ReadAsync(
        string name, Stream stream, long? expected, PictureOptions options, PredictOptions limits, CancellationToken cancellation, PooledBytes? begun = null)
    {
        using var bytes = await PooledBytes.ReadAsync(stream, expected, limits.MaxBytes, cancellation, begun);
        return bytes is not null
            ? Decode(name, bytes.Span, options)
            : new(name, null, ProblemOf(TooLarge("picture", limits.MaxBytes)), TimeSpan.Zero);
    }

    private static UploadedPicture Decode(string name, ReadOnlySpan<byte> bytes, PictureOptions options)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return new(name, PictureReader.Read(bytes, options), null, Stopwatch.GetElapsedTime(started));
        }
        catch (PictureException e)
        {
            var (status, title) = e.Error switch
            {
                PictureError.TooLarge => (413, "The picture is too large"),
                PictureError.UnsupportedType => (415, "Not a picture type that is read"),
                PictureError.NoInk => (422, "The picture is empty of ink"),
                PictureError.BadProportions => (422, "The picture has impossible proportions"),
                PictureError.Empty => (400, "The body is empty"),
                _ => (400, "The picture cannot be read"),
            };
            return new(name, null, new PictureProblem(status, e.Code, title, e.Message), Stopwatch.GetElapsedTime(started));
        }
    }

    private static PictureProblem ProblemOf(ProblemException e) => new(e.Status, e.Code, e.Title, e.Message);

    private static ProblemException TooLarge(string what, long max) =>
        new(413, $"{what}_too_large", $"The {what} is too large", $"The {what} has more than {max} bytes.");
}
