using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using MnistService.Hosting;

namespace MnistService.Submissions;

/// <summary>Finds the CSV in a request: the body itself or the first file of a form, plain or gzip, as a bounded stream.</summary>
internal static class SubmissionBody
{
    /// <exception cref="ProblemException">Too long, no file in the form, or an encoding that is not read.</exception>
    internal static async Task<Stream> OpenAsync(HttpRequest request, long maxBytes, CancellationToken cancellation)
    {
        var limit = maxBytes + MultipartForm.Overhead;
        if (request.ContentLength > limit) throw TooLarge(maxBytes);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit; // Kestrel's default, 30 MB, is below Kaggle's file
        var body = MultipartForm.Is(request, out var type)
            ? PipeReader.Create(await FirstFileAsync(type, request.Body, cancellation))
            : request.BodyReader;

        var declared = ContentEncoding.IsGzip(request);
        var gzip = await StartsAsGzipAsync(body, cancellation); // .gz files are often sent without saying so
        if (declared && !gzip)
            throw new ProblemException(415, "encoding_mismatch", "The body is not gzip", "Content-Encoding says gzip, but the body does not start as gzip does.");
        var plain = gzip ? new GZipStream(body.AsStream(), CompressionMode.Decompress) : body.AsStream();
        return new BoundedStream(plain, maxBytes, () => TooLarge(maxBytes));
    }

    private static async Task<Stream> FirstFileAsync(Microsoft.Net.Http.Headers.MediaTypeHeaderValue type, Stream body, CancellationToken cancellation)
    {
        await foreach (var (_, file) in MultipartForm.FilesAsync(type, body, cancellation)) return file;
        throw new ProblemException(400, "form_without_file", "The form has no file", "Expected one part with a file name, holding the CSV.");
    }

    private static async Task<bool> StartsAsGzipAsync(PipeReader body, CancellationToken cancellation)
    {
        var result = await body.ReadAtLeastAsync(2, cancellation);
        var gzip = result.Buffer.Length >= 2 && result.Buffer.Slice(0, 2).ToArray() is [0x1f, 0x8b];
        body.AdvanceTo(result.Buffer.Start); // looked at, not taken
        return gzip;
    }

    private static ProblemException TooLarge(long maxBytes) => new(
        413, "csv_too_large", "The file is too large", $"The CSV has more than {maxBytes} bytes (MnistService:Submissions:MaxBytes).");
}
