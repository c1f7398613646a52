using System.Text.Json;
using MnistService.Model.Files;

namespace MnistService.Security;

/// <summary>Reads and writes <c>keys.json</c>: a list of <c>{name, sha256, scopes, createdAt}</c>. Written files are readable only by their owner.</summary>
internal static class ApiKeyFile
{
    private const long LongestBytes = 4 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        WriteIndented = true,
    };

    /// <summary>
    /// Returns the modification time (UTC) and length of the file; different values mean that the file has changed. Opens the file, so that symbolic links are
    /// followed and a missing read permission causes an exception.
    /// </summary>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The process has no permission to read the file.</exception>
    internal static (DateTime Written, long Bytes) Stamp(string path)
    {
        using var file = File.OpenHandle(path);
        return (File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
    }

    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The process has no permission to read the file.</exception>
    /// <exception cref="InvalidDataException">The file is not a valid list of keys. The message contains the location of the error.</exception>
    internal static ApiKey[] Read(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length > LongestBytes) throw new InvalidDataException($"The file has {file.Length} bytes; expected at most {LongestBytes}.");
        try
        {
            var entries = JsonSerializer.Deserialize<Entry?[]>(file, Json) ?? throw new InvalidDataException("The file contains null; expected a list of {name, sha256, scopes, createdAt}.");
            var keys = entries.Select(KeyOf).ToArray();
            if (keys.GroupBy(key => key.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
                throw new InvalidDataException($"The key name '{twice.Key}' occurs {twice.Count()} times; expected once.");
            return keys;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"The JSON at {e.Path ?? "$"}, line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} is invalid; " +
                "expected a list of {name, sha256, scopes, createdAt}.");
        }
    }

    /// <summary>Replaces the file atomically, so that a running service reads either the old or the new keys.</summary>
    internal static void Write(string path, IEnumerable<ApiKey> keys)
    {
        var entries = keys.Select(key => new Entry(key.Name, Convert.ToHexStringLower(key.Sha256), ScopeNames.Of(key.Scopes), key.CreatedAt));
        AtomicFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(entries, Json), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static ApiKey KeyOf(Entry? entry, int index)
    {
        if (entry is null || !ApiKey.IsName(entry.Name))
            throw new InvalidDataException($"Key number {index + 1} of the list has the name '{entry?.Name}'; expected 1 to 64 letters, digits, - and _.");
        if (entry.Sha256.Length != 64)
            throw new InvalidDataException($"The field sha256 of the key '{entry.Name}' has {entry.Sha256.Length} characters; expected 64 hexadecimal digits.");
        if (!entry.Sha256.All(char.IsAsciiHexDigit))
            throw new InvalidDataException(
                $"The field sha256 of the key '{entry.Name}' contains a character that is not a hexadecimal digit; expected 64 hexadecimal digits.");
        var scopes = ScopeNames.Parse(entry.Scopes);
        if (scopes == Scope.None)
            throw new InvalidDataException($"The key '{entry.Name}' has the scopes '{string.Join(',', entry.Scopes)}'; expected one or more of {ScopeNames.List}.");
        return new(entry.Name, Convert.FromHexString(entry.Sha256), scopes, entry.CreatedAt);
    }

    private sealed record Entry(string Name, string Sha256, string[] Scopes, DateTimeOffset CreatedAt);
}
