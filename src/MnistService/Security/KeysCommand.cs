using System.Globalization;
using System.Security.Cryptography;
using MnistService.Startup;

namespace MnistService.Security;

/// <summary>
/// The command <c>dotnet MnistService.dll keys …</c>: creates, lists and removes API keys. A running service applies a change within a second.
/// </summary>
/// <param name="path">Path of <c>keys.json</c>.</param>
/// <param name="output">Receives the new key or the list of keys.</param>
/// <param name="notes">Receives all other text, so that a script can capture the key alone.</param>
internal sealed class KeysCommand(string path, TextWriter output, TextWriter notes)
{
    private const string Usage =
        $"""
        keys add NAME SCOPES    creates a key and prints it once; SCOPES: one or more of {ScopeNames.List}, separated by commas
        keys list               lists the name, scopes and creation time of each key
        keys remove NAME        removes a key; the service rejects it within a second
        The command uses the settings of the service, for example --MnistService:Data:Directory=PATH.
        """;

    /// <summary>Whether the command-line arguments invoke this command instead of the service.</summary>
    internal static bool Is(string[] arguments) => arguments is ["keys", ..];

    /// <param name="arguments">The command-line arguments of the process, starting with <c>keys</c>.</param>
    /// <returns>The exit code of the process: 0 on success, 1 on failure.</returns>
    internal static int Run(string[] arguments)
    {
        var words = arguments.Skip(1).TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray();
        var configuration = WebApplication.CreateBuilder(arguments[(words.Length + 1)..]).Configuration;
        var security = configuration.GetSection(SecurityOptions.Section).Get<SecurityOptions>() ?? new();
        var data = configuration.GetSection(DataOptions.Section).Get<DataOptions>() ?? new();
        return new KeysCommand(ApiKeyStore.PathOf(security, data), Console.Out, Console.Error).Execute(words);
    }

    /// <param name="words">The arguments after <c>keys</c>.</param>
    /// <returns>The exit code: 0 on success, 1 on failure.</returns>
    internal int Execute(string[] words)
    {
        try
        {
            return words switch
            {
                ["add", var name, var scopes] => Add(name, scopes),
                ["list"] => List(),
                ["remove", var name] => Remove(name),
                _ => Fail(Usage),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Fail($"The key file {path} cannot be read or written: {e.Message}");
        }
    }

    private int Add(string name, string scopeNames)
    {
        if (!ApiKey.IsName(name)) return Fail($"The name is '{name}'; expected 1 to 64 letters, digits, - and _.");
        var scopes = ScopeNames.Parse(scopeNames.Split(','));
        if (scopes == Scope.None) return Fail($"The scopes are '{scopeNames}'; expected one or more of {ScopeNames.List}, separated by commas.");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var changing = Lock();
        var keys = Read();
        if (keys.Any(key => key.Name == name)) return Fail($"A key '{name}' already exists. Remove it first, or choose another name and remove the old key when no client uses it anymore.");

        var text = ApiKey.NewText();
        var hash = new byte[SHA256.HashSizeInBytes];
        ApiKey.Hash(text, hash);
        ApiKeyFile.Write(path, [.. keys, new ApiKey(name, hash, scopes, DateTimeOffset.UtcNow)]);
        output.WriteLine(text);
        notes.WriteLine($"This is the key '{name}'. Only its hash is stored in {path}, so it cannot be shown again.");
        return 0;
    }

    private int List()
    {
        foreach (var key in Read())
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{key.Name,-24} {string.Join(',', ScopeNames.Of(key.Scopes)),-16} {key.CreatedAt:u}"));
        return 0;
    }

    private int Remove(string name)
    {
        if (!File.Exists(path)) return Fail($"There is no key '{name}': {path} does not exist.");
        using var changing = Lock();
        var keys = Read();
        var left = Array.FindAll(keys, key => key.Name != name);
        if (left.Length == keys.Length) return Fail($"There is no key '{name}' in {path}; the command 'keys list' lists all keys.");
        ApiKeyFile.Write(path, left);
        notes.WriteLine(left.Length > 0 ? $"The key '{name}' is removed." : $"The key '{name}' is removed. It was the last key: all requests that need a key are rejected until another key is created.");
        return 0;
    }

    private ApiKey[] Read() => File.Exists(path) ? ApiKeyFile.Read(path) : [];

    /// <summary>Locks the key file against concurrent commands, because two concurrent changes would overwrite each other.</summary>
    private FileStream Lock() => new($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private int Fail(string message)
    {
        notes.WriteLine(message);
        return 1;
    }
}
