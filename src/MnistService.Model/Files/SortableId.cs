using System.Security.Cryptography;

namespace MnistService.Model.Files;

/// <summary>
/// Short ids that sort by the millisecond of their creation. An id has nine characters for the milliseconds since 2024-01-01 UTC and four random
/// characters, in Crockford's base 32 (lower case, without i, l, o, u). Ids are safe in URLs and as file names.
/// </summary>
public static class SortableId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private static readonly DateTimeOffset Epoch = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var milliseconds = (long)(time.GetUtcNow() - Epoch).TotalMilliseconds;
        var chance = RandomNumberGenerator.GetInt32(1 << 20);
        return string.Create(13, (milliseconds, chance), static (text, parts) =>
        {
            for (var i = 8; i >= 0; i--, parts.milliseconds >>= 5) text[i] = Alphabet[(int)(parts.milliseconds & 31)];
            for (var i = 12; i >= 9; i--, parts.chance >>= 5) text[i] = Alphabet[parts.chance & 31];
        });
    }

    /// <summary>
    /// Returns whether a string is safe to use as an id: 1 to 64 ASCII letters, digits, <c>-</c> or <c>_</c>, starting with a letter or digit. An id from
    /// a client that passes this check cannot be a path.
    /// </summary>
    public static bool IsWellFormed(string id) =>
        id is { Length: > 0 and <= 64 } && char.IsAsciiLetterOrDigit(id[0]) && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
