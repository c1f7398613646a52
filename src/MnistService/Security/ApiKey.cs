using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication;

namespace MnistService.Security;

/// <summary>A stored API key. Contains the hash of the key; only the owner of the key has the key itself.</summary>
/// <param name="Name">Name that identifies the key to operators, in the log and in <c>keys remove</c>.</param>
/// <param name="Sha256">
/// SHA-256 of the key's text, 32 bytes. The hash needs no salt: a key has 256 random bits, so dictionary attacks are not possible.
/// </param>
/// <param name="Scopes">Scopes that the key grants.</param>
/// <param name="CreatedAt">Time at which the key was created.</param>
internal sealed partial record ApiKey(string Name, byte[] Sha256, Scope Scopes, DateTimeOffset CreatedAt)
{
    /// <summary>Maximum length of a key in characters. Longer values are rejected without hashing them.</summary>
    internal const int LongestText = 200;

    private const string Prefix = "mnist_"; // makes a leaked key recognizable in files and logs
    private const int RandomBytes = 32;

    /// <summary>Authentication result with the name of the key and one claim per scope. Created once, and shared by all requests with this key.</summary>
    internal AuthenticateResult Authentication { get; } = AuthenticateResult.Success(new(
        new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, Name), .. ClaimsOf(Scopes)], ApiKeyAuthenticationHandler.SchemeName)),
        ApiKeyAuthenticationHandler.SchemeName));

    /// <summary>Whether the key meets an authorization policy.</summary>
    /// <param name="policy"><see cref="AuthorizationPolicies.AnyKey"/>, or the name of the scope that the key must have.</param>
    internal bool Meets(string policy) =>
        policy == AuthorizationPolicies.AnyKey || Authentication.Principal!.HasClaim(AuthorizationPolicies.ScopeClaim, policy);

    /// <summary>Generates the text of a new key from 32 cryptographically random bytes. The text is safe in URLs and headers.</summary>
    internal static string NewText() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <param name="text">Text of the key; at most <see cref="LongestText"/> characters.</param>
    /// <param name="hash">Receives the SHA-256 hash of the UTF-8 text; 32 bytes.</param>
    internal static void Hash(string text, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[3 * LongestText];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
    }

    /// <summary>Whether the name is valid: 1 to 64 ASCII letters, digits, <c>-</c> and <c>_</c>.</summary>
    internal static bool IsName(string? name) => name is not null && Name64().IsMatch(name);

    private static IEnumerable<Claim> ClaimsOf(Scope scopes) =>
        ScopeNames.IncludedIn(scopes).Select(name => new Claim(AuthorizationPolicies.ScopeClaim, name));

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Name64();
}
