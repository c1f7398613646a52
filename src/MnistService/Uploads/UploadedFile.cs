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

/// <summary>Opens the uploaded file of a request (the body itself or the first file of a form, plain or gzip) as a bounded stream.</summary>
internal static class UploadedFile
{
    private const int BufferBytes = 64 << 10;

    /// <summary>
    /// HResult of an <see cref="IOException"/> without an operating-system error. The message contains no path, so a response may include it.
    /// </summary>
    private const int NoSystemError = unchecked((int)0x80131620);

    /// <summary>Opens the uploaded file as a stream of uncompressed bytes.</summary>
    /// <param name="request">The request with the file: as its body, or as a part of a form.</param>
    /// <param name="maxBytes">Maximum size of the file in bytes, both compressed and uncompressed.</param>
    /// <param name="expected">Description of the file for error messages, for example "the CSV".</param>
    /// <param name="tooLarge">Creates the exception to throw if the file has more than <paramref name="maxBytes"/> bytes.</param>
    /// <param name="lease">Memory lease of the request, which can be revoked while the request waits for its body.</param>
    /// <param name="cancellation">Checked before each part of a form.</param>
    /// <exception cref="ProblemException">
    /// The file is too large, the form cannot be read or has no file, the content encoding is not supported, or the body is declared as gzip but is not gzip.
    /// </exception>
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
        var start = await PeekAsync(body, 2, CancellationToken.None);
        var gzip = start is [0x1f, 0x8b]; // .gz files are often sent without Content-Encoding
        if (declared && !gzip)
            throw UploadProblems.EncodingMismatch.Exception(Convert.ToHexString(start));
        var plain = gzip ? new GZipStream(body.AsStream(), CompressionMode.Decompress) : body.AsStream();
        return new BoundedStream(plain, maxBytes, tooLarge, DeadlineOf(request.HttpContext));
    }

    /// <summary>
    /// Returns true if the exception means that a request body is damaged. Returns false if Kestrel reports a bad request or the client has disconnected,
    /// because the exception handler handles these exceptions.
    /// </summary>
    internal static bool IsUnreadable(Exception e) => e is InvalidDataException or IOException and not (BadHttpRequestException or ConnectionResetException);

    internal static ProblemHttpResult Unreadable(Exception e) =>
        UploadProblems.Unreadable.Result(e is InvalidDataException or EndOfStreamException || e.HResult == NoSystemError ? e.Message : FileFailure.Describe(e));

    /// <returns>Null if the display name of an upload is valid; otherwise a 422 response.</returns>
    internal static ProblemHttpResult? CheckName(string? name) =>
        name is not null && DisplayName.FindError(name) is { } error ? UploadProblems.NameInvalid.Result(error) : null;

    /// <summary>
    /// Sets Kestrel's limit of the body size to <paramref name="bytes"/>, or to eight times as much for a chunked body, because Kestrel also counts the chunk
    /// framing. The caller must enforce the exact limit.
    /// </summary>
    internal static void Allow(HttpRequest request, long bytes)
    {
        const int Framing = 8; // more than the six bytes of a one-byte chunk: five bytes of framing and the byte itself
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = request.ContentLength is null && bytes < long.MaxValue / Framing ? bytes * Framing : bytes;
    }

    /// <summary>Sets the minimum data rate of the request body to <see cref="ConnectionOptions.MinUploadRate"/>. A slower upload fails with 408.</summary>
    internal static void RequirePace(HttpContext http)
    {
        // In HTTP/2, the minimum rate applies to all requests of a connection, and a single request cannot set it.
        if (!HttpProtocol.IsHttp2(http.Request.Protocol) && http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = http.RequestServices.GetRequiredService<IOptions<ConnectionOptions>>().Value.UploadRate;
    }

    /// <returns>
    /// An action that throws a 408 problem if the upload exceeds <see cref="ConnectionOptions.MaxUploadDuration"/>. Without this limit, a client at the minimum
    /// rate could hold an upload slot for hours.
    /// </returns>
    private static Action DeadlineOf(HttpContext http)
    {
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        var (started, longest) = (time.GetTimestamp(), http.RequestServices.GetRequiredService<IOptions<ConnectionOptions>>().Value.MaxUploadDuration);
        return () =>
        {
            if (time.GetElapsedTime(started) > longest)
            {
                throw UploadProblems.TooSlow.Exception(longest);
            }
        };
    }

    /// <returns>The next <paramref name="bytes"/> bytes, which stay unread; fewer bytes if the body ends earlier.</returns>
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
        throw UploadProblems.FormWithoutFile.Exception(expected);
    }
}
