using Microsoft.Extensions.Primitives;

namespace MnistService.Security;

/// <summary>The key that a request brings, in <c>X-API-Key</c> or as <c>Authorization: Bearer</c>. Never in the address, which logs and proxies keep.</summary>
/// <param name="Text">Null when there is none.</param>
/// <param name="IsAmbiguous">There is more than one, and it is not for the service to choose.</param>
internal readonly record struct PresentedKey(string? Text, bool IsAmbiguous)
{
    internal const string Header = "X-API-Key";

    private const string Bearer = "Bearer ";

    internal static PresentedKey Of(IHeaderDictionary headers)
    {
        var key = headers[Header];
        var bearer = BearerOf(headers.Authorization);
        if (key.Count + bearer.Count > 1) return new(null, true);
        var text = key.Count == 1 ? key[0] : bearer.Count == 1 ? bearer[0] : null;
        if (string.IsNullOrEmpty(text)) return default;
        return text.Contains(',') ? new(null, true) : new(text, false); // two headers that a proxy made one of
    }

    /// <summary>Other schemes are not for this service: a proxy before it may have asked for a password.</summary>
    private static StringValues BearerOf(StringValues authorization)
    {
        var found = StringValues.Empty;
        foreach (var value in authorization)
            if (value?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true) found = StringValues.Concat(found, value[Bearer.Length..].Trim());
        return found;
    }
}
