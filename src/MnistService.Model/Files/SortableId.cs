using System.Security.Cryptography;

namespace MnistService.Model.Files;

/// <summary>
/// Short ids that sort by time: nine characters of milliseconds since 2024 and four of chance, in Crockford's base 32
/// (lower case, without i, l, o, u), safe in URLs and as file names.
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

    /// <summary>True for the characters that an id can have, so that an id from a client can never be a path.</summary>
    public static bool IsWellFormed(string id) =>
        id is { Length: > 0 and <= 64 } && char.IsAsciiLetterOrDigit(id[0]) && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
