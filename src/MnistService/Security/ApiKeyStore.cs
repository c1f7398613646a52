using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Security;

/// <summary>
/// The valid API keys. The key file is polled twice per second, so that keys can be rotated without a restart, also on volumes without change notifications.
/// Once a key file has existed, no change of the file permits access without a key: an unreadable file leaves the previous keys valid, and an empty list
/// rejects all clients.
/// </summary>
internal sealed partial class ApiKeyStore(IOptions<SecurityOptions> options, IOptions<DataOptions> data, ILogger<ApiKeyStore> log) : BackgroundService
{
    private const string DefaultName = "keys.json";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private volatile ApiKey[]? _keys;
    private (DateTime Written, long Bytes) _seen;
    private string? _complaint;

    /// <summary>The valid keys; null if no key file has existed since the process started. Null means that no key is required.</summary>
    internal ApiKey[]? Keys => _keys;

    /// <summary>Raised after a poll of the key file has changed <see cref="Keys"/>. Handlers must be fast, and must not throw.</summary>
    internal event Action? Changed;

    /// <summary>Absolute path of the key file, which need not exist.</summary>
    internal string FilePath { get; } = PathOf(options.Value, data.Value);

    /// <summary>Absolute path of the key file: the configured one, or <c>keys.json</c> in the data directory.</summary>
    internal static string PathOf(SecurityOptions security, DataOptions data) =>
        Path.GetFullPath(security.KeysFile is { Length: > 0 } file ? file : Path.Combine(data.Directory, DefaultName));

    /// <summary>Finds a key by its text. The comparison takes the same time for every key (constant time).</summary>
    /// <returns>The key; null if the key is unknown.</returns>
    internal static ApiKey? Find(ApiKey[] keys, string presented)
    {
        if (presented.Length > ApiKey.LongestText) return null;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        ApiKey.Hash(presented, hash);
        ApiKey? found = null;
        foreach (var key in keys)
            if (CryptographicOperations.FixedTimeEquals(hash, key.Sha256)) found = key;
        return found;
    }

    /// <summary>
    /// Makes a random key valid for the requests of the HTTP warm-up, until <see cref="RemoveTemporaryKey"/> is called. Only this process knows the key, and
    /// Kestrel does not listen yet.
    /// </summary>
    /// <returns>The text of the key; null if there is no key file, so that clients need no key.</returns>
    internal string? AddTemporaryKey()
    {
        if (!File.Exists(FilePath)) return null;
        var (text, hash) = (ApiKey.NewText(), new byte[SHA256.HashSizeInBytes]);
        ApiKey.Hash(text, hash);
        _keys = [new("HTTP warm-up", hash, Scope.Predict, DateTimeOffset.MinValue)]; // the names of stored keys cannot contain a space
        return text;
    }

    /// <summary>Removes the key of <see cref="AddTemporaryKey"/>.</summary>
    internal void RemoveTemporaryKey() => _keys = null;

    /// <summary>Loads the keys before Kestrel listens.</summary>
    /// <exception cref="SettingException">The file exists but cannot be read, or it is configured but does not exist.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.KeysFile is { Length: > 0 } || File.Exists(FilePath) || Directory.Exists(FilePath))
        {
            try
            {
                Load();
            }
            catch (Exception e) when (IsUnreadable(e))
            {
                throw new SettingException($"{SecurityOptions.Section}:KeysFile is '{FilePath}', which cannot be read: {e.Message}");
            }
        }
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Look();
        }
        catch (OperationCanceledException)
        {
            // Expected when the service stops.
        }
    }

    private void Look()
    {
        if (_keys is null && !File.Exists(FilePath)) return;
        try
        {
            if (_complaint is null && _keys is not null && ApiKeyFile.Stamp(FilePath) == _seen) return;
            Load();
            _complaint = null;
            Log.Changed(log, _keys!.Length, FilePath);
            Changed?.Invoke();
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            if (_keys is null)
            {
                _keys = []; // a key file exists, so keys are required even though it cannot be read
                Changed?.Invoke();
            }
            if (_complaint == e.Message) return;
            _complaint = e.Message;
            if (_keys.Length > 0) Log.Unreadable(log, FilePath, e.Message, _keys.Length);
            else Log.UnreadableWithoutKeys(log, FilePath, e.Message);
        }
    }

    private void Load()
    {
        var stamp = ApiKeyFile.Stamp(FilePath); // read before the content, so that a concurrent write is detected at the next poll
        _keys = ApiKeyFile.Read(FilePath);
        _seen = stamp;
    }

    private static bool IsUnreadable(Exception e) => e is IOException or UnauthorizedAccessException or InvalidDataException;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The API keys have changed; {Path} contains {Count} valid keys")]
        public static partial void Changed(ILogger log, int count, string path);

        [LoggerMessage(LogLevel.Error, "The API key file {Path} cannot be read: {Reason} The service keeps using the keys from its last successful read ({Count} in total), "
            + "and tries again every 0.5 s")]
        public static partial void Unreadable(ILogger log, string path, string reason, int count);

        [LoggerMessage(LogLevel.Error, "The API key file {Path} cannot be read: {Reason} All requests that need an API key are rejected until the file can be read; "
            + "the service tries again every 0.5 s")]
        public static partial void UnreadableWithoutKeys(ILogger log, string path, string reason);
    }
}
