using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using MnistService.Http;

namespace MnistService.Uploads;

/// <summary>Streams the files of a <c>multipart/form-data</c> body in order of arrival. Files are not buffered.</summary>
internal static class MultipartForm
{
    /// <summary>Number of bytes by which a form may exceed the size limit of its file, because of boundaries and part headers.</summary>
    internal const int Overhead = 64 << 10;

    private const int BufferBytes = 64 << 10;
    private const int MaxBoundary = 70; // maximum length in characters that RFC 2046 permits
    private const int MaxOtherParts = 16;

    internal static bool Is(HttpRequest request, out MediaTypeHeaderValue type) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out type!) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns each part with a file name. The name is untrusted text from the client and must not be used as a path.</summary>
    /// <exception cref="ProblemException">400: the form cannot be read.</exception>
    internal static async IAsyncEnumerable<(string Name, Stream Body)> FilesAsync(
        MediaTypeHeaderValue type, Stream body, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundary)
            throw Invalid($"The multipart boundary has {boundary.Length} characters; expected 1 to {MaxBoundary}.");
        var reader = new MultipartReader(boundary, body, BufferBytes) { HeadersCountLimit = 16, HeadersLengthLimit = 4 << 10 };
        for (var others = 0; others <= MaxOtherParts;)
        {
            MultipartSection? section;
            try
            {
                section = await reader.ReadNextSectionAsync(cancellation);
            }
            catch (Exception e) when (UploadedFile.IsUnreadable(e))
            {
                throw Invalid($"The form is damaged: {e.Message} Send the complete form again.");
            }
            if (section is null) yield break;
            if (section.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition())
                yield return (NameOf(disposition), section.Body);
            else others++;
        }
        throw Invalid($"The form has more than {MaxOtherParts} parts without a file name. Send fewer of these parts.");
    }

    private static string NameOf(ContentDispositionHeaderValue disposition) =>
        HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();

    private static ProblemException Invalid(string detail) => UploadProblems.FormInvalid.Exception(detail);
}
