using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Connections.Memory;
using MnistService.Http;
using MnistService.Model.Files;

namespace MnistService.Uploads;

/// <summary>Finds the file in a request: the body itself or the first file of a form, plain or gzip, as a bounded stream.</summary>
internal static class UploadedFile
{
    private const int LongestName = 100;
    private const int BufferBytes = 64 << 10;
    private const int NoSystemError = unchecked((int)0x80131620); // of an IOException that managed code made: it names no file

    /// <param name="request">Its body is read as the stream is.</param>
    /// <param name="maxBytes">Of the file, packed and unpacked.</param>
    /// <param name="expected">What the file is, for people: "the CSV".</param>
    /// <param name="tooLarge">What is thrown beyond that.</param>
    /// <param name="lease">Counts the memory of the request, which may be cut while it waits for the body.</param>
    /// <param name="cancellation">Looked at before each part of a form.</param>
    /// <exception cref="ProblemException">Too long, no file in the form, or an encoding that is not read.</exception>
    internal static async Task<Stream> OpenAsync(
        HttpRequest request, long maxBytes, string expected, Func<ProblemException> tooLarge, MemoryLease lease, CancellationToken cancellation)
    {
        var limit = maxBytes <= long.MaxValue - MultipartForm.Overhead ? maxBytes + MultipartForm.Overhead : maxBytes;
        if (request.ContentLength > limit) throw tooLarge();
        Allow(request, limit);
        var received = lease.OpenBody();
        if (MultipartForm.Is(request, out var type)) received = await FirstFileAsync(type, new BoundedStream(received, limit, tooLarge), expected, cancellation);
        var body = PipeReader.Create(received, new StreamPipeReaderOptions(bufferSize: BufferBytes));

        var declared = ContentEncoding.IsGzip(request);
        var gzip = await PeekAsync(body, 2, CancellationToken.None) is [0x1f, 0x8b]; // .gz files are often sent without saying so
        if (declared && !gzip)
            throw new ProblemException(415, "encoding_mismatch", "The body is not gzip", "Content-Encoding says gzip, but the body does not start as gzip does.");
        var plain = gzip ? new GZipStream(body.AsStream(), CompressionMode.Decompress) : body.AsStream();
        return new BoundedStream(plain, maxBytes, tooLarge, DeadlineOf(request.HttpContext));
    }

    /// <summary>Whether an exception says that a body could not be read; what Kestrel says of a request, and that its client has gone, is answered elsewhere.</summary>
    internal static bool IsUnreadable(Exception e) => e is InvalidDataException or IOException and not (BadHttpRequestException or ConnectionResetException);

    internal static ProblemHttpResult Unreadable(Exception e) =>
        Problems.Create(400, "body_unreadable", "The body cannot be read", "The gzip data or the form is damaged: " +
            (e is InvalidDataException or EndOfStreamException || e.HResult == NoSystemError ? e.Message : FileFailure.Describe(e)));

    /// <returns>Null when the name of an upload, for people, can be kept.</returns>
    internal static ProblemHttpResult? CheckName(string? name) => name?.Length > LongestName || name?.Any(char.IsControl) == true
        ? Problems.Create(422, "query_invalid", "The name cannot be kept", $"name has {name.Length} characters; expected at most {LongestName}, and no control characters.")
        : null;

    /// <summary>Has the web server pass on a body of so many bytes; whoever reads it counts them, and answers more with a code.</summary>
    internal static void Allow(HttpRequest request, long bytes)
    {
        const int Framing = 8; // it counts what is around chunks too: five bytes for one, if they are as small as can be
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = request.ContentLength is null && bytes < long.MaxValue / Framing ? bytes * Framing : bytes;
    }

    /// <summary>For uploads of which few are taken at once: a client that sends slower is cut off (408), so that it holds up no other.</summary>
    internal static void RequirePace(HttpContext http)
    {
        // HTTP/2 has one rate for all requests of a connection, which cannot be set by one of them.
        if (!HttpProtocol.IsHttp2(http.Request.Protocol) && http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = http.RequestServices.GetRequiredService<IOptions<ConnectionOptions>>().Value.UploadRate;
    }

    /// <returns>Throws once the upload takes longer than it may: a client that is as slow as it may be would hold one of few slots for hours.</returns>
    private static Action DeadlineOf(HttpContext http)
    {
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        var (started, longest) = (time.GetTimestamp(), http.RequestServices.GetRequiredService<IOptions<ConnectionOptions>>().Value.MaxUploadDuration);
        return () =>
        {
            if (time.GetElapsedTime(started) > longest)
            {
                throw new ProblemException(408, "upload_timeout", "The upload takes too long",
                    $"It was not read whole within {longest} ({ConnectionOptions.Section}:MaxUploadDuration).");
            }
        };
    }

    /// <returns>So many of the next bytes, or fewer at the end: looked at, not taken.</returns>
    internal static async Task<byte[]> PeekAsync(PipeReader body, int bytes, CancellationToken cancellation)
    {
        var result = await body.ReadAtLeastAsync(bytes, cancellation);
        var start = new byte[Math.Min(bytes, result.Buffer.Length)];
        result.Buffer.Slice(0, start.Length).CopyTo(start);
        body.AdvanceTo(result.Buffer.Start);
        return start;
    }

    private static async Task<Stream> FirstFileAsync(
        Microsoft.Net.Http.Headers.MediaTypeHeaderValue type, Stream body, string expected, CancellationToken cancellation)
    {
        await foreach (var (_, file) in MultipartForm.FilesAsync(type, body, cancellation)) return file;
        throw new ProblemException(400, "form_without_file", "The form has no file", $"Expected one part with a file name, holding {expected}.");
    }
}
