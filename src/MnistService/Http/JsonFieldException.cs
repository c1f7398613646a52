using System.Buffers;
using System.Text;
using System.Text.Json;

namespace MnistService.Http;

/// <summary>A field of a JSON body is unknown or has the wrong type.</summary>
/// <param name="field">Name of the field, for the JSON path in the response. <c>null</c> for an unknown field, because the client chose its name.</param>
/// <param name="message">Description of the error, which is sent to the client.</param>
internal sealed class JsonFieldException(string? field, string message) : JsonException(message)
{
    internal string? Field { get; } = field;
}

/// <summary>Finds the known field name that is most similar to a misspelled name, for the error message.</summary>
internal static class NearestName
{
    /// <param name="name">The misspelled name; case is ignored.</param>
    /// <param name="known">The valid names; at least one.</param>
    /// <returns>
    /// The known name with the smallest edit distance. <c>null</c> if the distance is more than the larger of 2 and half the length of <paramref name="name"/>,
    /// or if <paramref name="name"/> is longer than 40 characters.
    /// </returns>
    internal static string? Find(string name, IEnumerable<string> known)
    {
        if (name.Length > 40) return null;
        var (nearest, fewest) = known.Select(each => (each, Distance(name.ToLowerInvariant(), each.ToLowerInvariant()))).MinBy(pair => pair.Item2);
        return fewest <= Math.Max(2, name.Length / 2) ? nearest : null;
    }

    /// <summary>Returns the Levenshtein distance: the minimum number of characters to insert, delete or replace to change one text into the other.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                (diagonal, row[j]) = (row[j], Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1])));
            }
        }
        return row[^1];
    }
}

/// <summary>Describes JSON values in error messages.</summary>
internal static class JsonDescription
{
    /// <summary>Describes the value at the position of the reader: the text of a number, or the JSON type of another value.</summary>
    internal static string Of(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => RequestText.Shown(Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan)),
        JsonTokenType.String => "a string",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.Null => "null",
        _ => "a Boolean",
    };
}

/// <summary>Sanitizes text from clients for responses and logs.</summary>
internal static class RequestText
{
    private const int MaxLength = 40;

    /// <summary>
    /// Returns the first 40 characters, with an ellipsis if the text is longer. Control characters and surrogates are replaced by question marks.
    /// </summary>
    internal static string Shown(string text) =>
        string.Concat(text.Take(MaxLength).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)) + (text.Length > MaxLength ? "…" : "");
}
