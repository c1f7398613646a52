using System.Text.Json;

namespace MnistService.Http;

/// <summary>A field of a JSON body is unknown or has the wrong type.</summary>
/// <param name="field">Name of the field; <c>null</c> if it is unknown, because clients choose unknown names.</param>
/// <param name="message">What is wrong, for the client.</param>
internal sealed class JsonFieldException(string? field, string message) : JsonException(message)
{
    internal string? Field { get; } = field;
}

/// <summary>Finds what a misspelled name was meant to be.</summary>
internal static class NearestName
{
    /// <returns>The name with the fewest edits from the given one; <c>null</c> if more than half of its characters (at least two) differ.</returns>
    internal static string? Find(string name, IEnumerable<string> known)
    {
        if (name.Length > 40) return null;
        var (nearest, fewest) = known.Select(each => (each, Distance(name.ToLowerInvariant(), each.ToLowerInvariant()))).MinBy(pair => pair.Item2);
        return fewest <= Math.Max(2, name.Length / 2) ? nearest : null;
    }

    /// <summary>Returns the Levenshtein distance: the number of inserted, deleted and replaced characters.</summary>
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

/// <summary>Text from clients in responses and logs.</summary>
internal static class RequestText
{
    /// <summary>Sanitizes text from a client: at most 40 characters, control characters replaced.</summary>
    internal static string Shown(string text) => new([.. text.Take(40).Select(c => char.IsControl(c) ? '?' : c)]);
}
