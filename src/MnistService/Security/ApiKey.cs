using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MnistService.Security;

/// <summary>A key as it is kept: not the key itself, which only its owner has.</summary>
/// <param name="Name">For people, the log and <c>keys remove</c>.</param>
/// <param name="Sha256">
/// Of the key's text, 32 bytes. A plain hash is enough where the key is 256 random bits: there is no list of likely ones to try it on.
/// </param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed partial record ApiKey(string Name, byte[] Sha256, Scope Scopes, DateTimeOffset CreatedAt)
{
    /// <summary>Longer ones are not even hashed.</summary>
    internal const int LongestText = 200;

    private const string Prefix = "mnist_"; // so that one in a file or a log is recognised for what it is
    private const int RandomBytes = 32;

    /// <summary>A new key's text, which nobody can guess and every URL and header can hold.</summary>
    internal static string NewText() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <param name="text">At most <see cref="LongestText"/> characters.</param>
    /// <param name="hash">32 bytes, to be filled.</param>
    internal static void Hash(string text, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[3 * LongestText];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
    }

    /// <summary>Up to 64 letters, digits, <c>-</c> and <c>_</c>.</summary>
    internal static bool IsName(string? name) => name is not null && Name64().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Name64();
}
