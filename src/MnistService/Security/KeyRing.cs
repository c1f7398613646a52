using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Security;

/// <summary>
/// The keys in force. The file is looked at twice a second, so that keys are rotated without a restart, also on volumes that announce no changes.
/// Once there are keys, nothing that happens to the file opens the service: what cannot be read leaves the old ones in force, and an empty list lets nobody in.
/// </summary>
internal sealed partial class KeyRing(IOptions<SecurityOptions> options, IOptions<DataOptions> data, ILogger<KeyRing> log) : BackgroundService
{
    private const string DefaultName = "keys.json";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private volatile ApiKey[]? _keys;
    private (DateTime Written, long Bytes) _seen;
    private string? _complaint;

    /// <summary>Null where there has been no file since the start: then no key is asked for.</summary>
    internal ApiKey[]? Keys => _keys;

    /// <summary>Raised after <see cref="Keys"/> has changed. Handlers must be fast, and must not throw.</summary>
    internal event Action? Changed;

    /// <summary>Where they are, or would be.</summary>
    internal string FilePath { get; } = PathOf(options.Value, data.Value);

    /// <summary><c>keys.json</c> in the data directory, unless told otherwise.</summary>
    internal static string PathOf(SecurityOptions security, DataOptions data) =>
        Path.GetFullPath(security.KeysFile is { Length: > 0 } file ? file : Path.Combine(data.Directory, DefaultName));

    /// <summary>Compares with each key, in the same time whichever it is.</summary>
    /// <returns>Null when it is none of them.</returns>
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

    /// <summary>Before the web server listens.</summary>
    /// <exception cref="SettingException">The file is there and cannot be read, or was named and is not there.</exception>
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
            // The service stops.
        }
    }

    private void Look()
    {
        if (_keys is null && !File.Exists(FilePath)) return;
        try
        {
            if (_complaint is null && _keys is not null && KeyFile.Stamp(FilePath) == _seen) return;
            Load();
            _complaint = null;
            Log.Changed(log, _keys!.Length, FilePath);
            Changed?.Invoke();
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            if (_keys is null)
            {
                _keys = []; // whoever puts a file there wants keys to be asked for
                Changed?.Invoke();
            }
            if (_complaint == e.Message) return;
            _complaint = e.Message;
            Log.Unreadable(log, FilePath, _keys.Length, e.Message);
        }
    }

    private void Load()
    {
        var stamp = KeyFile.Stamp(FilePath); // first: what is written while it is read is seen the next time
        _keys = KeyFile.Read(FilePath);
        _seen = stamp;
    }

    private static bool IsUnreadable(Exception e) => e is IOException or UnauthorizedAccessException or InvalidDataException;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Keys in force: {Count}, of {Path}")]
        public static partial void Changed(ILogger log, int count, string path);

        [LoggerMessage(LogLevel.Error, "{Path} cannot be read; the keys that were in force ({Count}) stay so: {Reason}")]
        public static partial void Unreadable(ILogger log, string path, int count, string reason);
    }
}
