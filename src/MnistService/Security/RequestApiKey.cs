using Microsoft.Extensions.Primitives;

namespace MnistService.Security;

/// <summary>
/// The API key of a request, from <c>X-API-Key</c> or <c>Authorization: Bearer</c>. It is never read from the URL, because logs and proxies store URLs.
/// </summary>
/// <param name="Text">The key; null if the request has none or more than one.</param>
/// <param name="IsAmbiguous">Whether the request has more than one key. The service does not choose between them.</param>
internal readonly record struct RequestApiKey(string? Text, bool IsAmbiguous)
{
    internal const string Header = "X-API-Key";

    private const string Bearer = "Bearer ";

    internal static RequestApiKey Of(IHeaderDictionary headers)
    {
        var key = headers[Header];
        var bearer = BearerOf(headers.Authorization);
        if (key.Count + bearer.Count > 1) return new(null, true);
        var text = key.Count == 1 ? key[0] : bearer.Count == 1 ? bearer[0] : null;
        if (string.IsNullOrEmpty(text)) return default;
        return text.Contains(',') ? new(null, true) : new(text, false); // two headers that a proxy has merged
    }

    /// <summary>Returns the bearer tokens. Other schemes are ignored: a proxy in front of the service may use Basic authentication.</summary>
    private static StringValues BearerOf(StringValues authorization)
    {
        var found = StringValues.Empty;
        foreach (var value in authorization)
            if (value?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true) found = StringValues.Concat(found, value[Bearer.Length..].Trim());
        return found;
    }
}
