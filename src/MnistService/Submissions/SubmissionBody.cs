using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using MnistService.Hosting;

namespace MnistService.Submissions;

/// <summary>Finds the CSV in a request: the body itself or the first file of a form, plain or gzip, as a bounded stream.</summary>
internal static class SubmissionBody
{
    private const int FormOverhead = 64 << 10; // boundaries and part headers around the file
    private const int BufferBytes = 64 << 10;
    private const int MaxBoundary = 70;        // RFC 2046

    /// <exception cref="ProblemException">Too long, no file in the form, or an encoding that is not read.</exception>
    internal static async Task<Stream> OpenAsync(HttpRequest request, long maxBytes, CancellationToken cancellation)
    {
        if (request.ContentLength > maxBytes + FormOverhead) throw TooLarge(maxBytes);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBytes + FormOverhead; // Kestrel's default, 30 MB, is below Kaggle's file
        var body = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? PipeReader.Create(await FirstFileAsync(request, type, cancellation))
            : request.BodyReader;

        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity") && !encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            throw new ProblemException(415, "encoding_not_supported", "The encoding is not read", "Content-Encoding is not one of gzip, identity.");
        var gzipped = await StartsAsGzipAsync(body, cancellation);
        if (encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase) && !gzipped)
            throw new ProblemException(415, "encoding_mismatch", "The body is not gzip", "Content-Encoding says gzip, but the body does not start as gzip does.");
        var plain = gzipped ? new GZipStream(body.AsStream(), CompressionMode.Decompress) : body.AsStream();
        return new BoundedStream(plain, maxBytes, () => TooLarge(maxBytes));
    }

    private static async Task<Stream> FirstFileAsync(HttpRequest request, MediaTypeHeaderValue type, CancellationToken cancellation)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundary)
            throw new ProblemException(400, "form_invalid", "The form cannot be read", $"The multipart boundary has {boundary.Length} characters; expected 1 to {MaxBoundary}.");
        var reader = new MultipartReader(boundary, request.Body, BufferBytes) { HeadersCountLimit = 16, HeadersLengthLimit = 16 << 10 };
        for (var parts = 0; parts < 16 && await reader.ReadNextSectionAsync(cancellation) is { } section; parts++)
        {
            // A file's name is only a sign that the part is a file: it never becomes a path.
            if (section.GetContentDispositionHeader()?.IsFileDisposition() == true) return section.Body;
        }
        throw new ProblemException(400, "form_without_file", "The form has no file", "Expected one part with a file name, holding the CSV.");
    }

    private static async Task<bool> StartsAsGzipAsync(PipeReader body, CancellationToken cancellation)
    {
        var result = await body.ReadAtLeastAsync(2, cancellation);
        var start = new byte[2];
        var known = result.Buffer.Length >= 2;
        if (known) System.Buffers.BuffersExtensions.CopyTo(result.Buffer.Slice(0, 2), start);
        body.AdvanceTo(result.Buffer.Start); // looked at, not taken
        return known && start is [0x1f, 0x8b];
    }

    private static ProblemException TooLarge(long maxBytes) => new(
        413, "csv_too_large", "The file is too large", $"The CSV has more than {maxBytes} bytes (MnistService:Submissions:MaxBytes).");
}
