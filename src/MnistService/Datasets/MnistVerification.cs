using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using MnistService.Model.Datasets;
using MnistService.Startup;

namespace MnistService.Datasets;

/// <summary>
/// Compares MNIST's files with their published checksums: once after the start, and again when a file's length or modification time has changed. A file is read
/// on a thread of its own, once for all who wait for it.
/// </summary>
internal sealed class MnistVerification(IOptions<DataOptions> data, IHostApplicationLifetime lifetime) : IHostedService
{
    private readonly ConcurrentDictionary<string, Verified> _files = new(StringComparer.Ordinal);

    /// <summary>The files of the test images.</summary>
    internal static IReadOnlyList<MnistFile> TestFiles { get; } = [MnistFiles.TestImages, MnistFiles.TestLabels];

    /// <summary>Begins in the background, so that the first listing need not wait.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => _ = CheckAsync(CancellationToken.None));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal async Task<DatasetState> CheckAsync(CancellationToken cancellation)
    {
        if (await FindDamagedAsync(MnistFiles.All, cancellation) is not null) return DatasetState.Damaged;
        return MnistFiles.Find(data.Value.Directory) is null ? DatasetState.Missing : DatasetState.Available;
    }

    /// <returns>The first of these files that is there and is not as it was published; null when there is none.</returns>
    internal async Task<MnistFile?> FindDamagedAsync(IReadOnlyList<MnistFile> files, CancellationToken cancellation)
    {
        // Of two folders the one that has files of the right lengths is used; where neither has, a file of another length is damaged.
        string[] folders = MnistFiles.Find(data.Value.Directory) is { } used ? [used] : [data.Value.Directory, Path.Combine(data.Value.Directory, "mnist")];
        foreach (var path in folders)
        {
            foreach (var file in files)
                if (!await IsSoundAsync(Path.Combine(path, file.Name), file, cancellation)) return file;
        }
        return null;
    }

    /// <summary>True also of a file that is not there.</summary>
    private Task<bool> IsSoundAsync(string path, MnistFile file, CancellationToken cancellation)
    {
        FileSystemInfo info;
        try
        {
            info = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(true); // the folder is not there
        }
        if (info is not FileInfo { Exists: true } found) return Task.FromResult(true);
        if (found.Length != file.Bytes) return Task.FromResult(false);
        var (length, written) = (found.Length, found.LastWriteTimeUtc);
        var verified = _files.AddOrUpdate(path, Begin, (key, known) => known.Length == length && known.Written == written && !known.HasFailed ? known : Begin(key));
        return WaitAsync(verified, cancellation);

        Verified Begin(string key) => new(length, written, new(() =>
            Task.Factory.StartNew(() => MnistFiles.IsSound(key, file), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    private static async Task<bool> WaitAsync(Verified file, CancellationToken cancellation)
    {
        try
        {
            return await file.Sound.Value.WaitAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private sealed record Verified(long Length, DateTime Written, Lazy<Task<bool>> Sound)
    {
        /// <summary>The file could not be read. That may pass, so it is read again when it is asked for next.</summary>
        internal bool HasFailed => Sound is { IsValueCreated: true, Value.IsFaulted: true };
    }
}
