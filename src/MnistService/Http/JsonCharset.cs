using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace MnistService.Http;

/// <summary>
/// Rejects JSON in an unsupported encoding before the body is read. ASP.NET Core looks up the charset while it reads, and throws different exceptions for an
/// unknown name and for UTF-7, which .NET knows but does not support.
/// </summary>
internal static class JsonCharset
{
    /// <exception cref="ProblemException">415: the route reads JSON, and the charset of the Content-Type is unknown or not supported.</exception>
    internal static void UseJsonCharset(this WebApplication app) => app.Use(next => http =>
    {
        if (http.Request.ContentType is { } type && ReadsJson(http) && !IsReadable(type))
            throw RequestProblems.CharsetNotSupported.Exception(RequestText.Shown(type));
        return next(http);
    });

    /// <summary>Returns true if a body with this Content-Type can be decoded. A body without a charset is UTF-8.</summary>
    internal static bool IsReadable(string contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)) return false;
        var charsets = type.Parameters.Where(parameter => parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase)).ToList();
        return charsets.Count == 0 || (charsets.Count == 1 && IsEncoding(HeaderUtilities.RemoveQuotes(charsets[0].Value).ToString()));
    }

    private static bool ReadsJson(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes.Any(type => type.Contains("json", StringComparison.OrdinalIgnoreCase)) == true;

    private static bool IsEncoding(string name)
    {
        try
        {
            Encoding.GetEncoding(name);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
