using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using MnistService.Model.Datasets;
using MnistService.Startup;

namespace MnistService.Datasets;

/// <summary>
/// Verifies MNIST's files against their published checksums. Each file is read once in the background after startup. A later check reads a file again only if
/// its length or modification time has changed, or if the previous read failed. Each read runs on a dedicated thread, and concurrent callers share it.
/// </summary>
internal sealed class MnistVerification(IOptions<DataOptions> data, AfterStartup startup) : BackgroundService
{
    private readonly ConcurrentDictionary<string, Verified> _files = new(StringComparer.Ordinal);

    /// <summary>MNIST's two files with the test images and their labels.</summary>
    internal static IReadOnlyList<MnistFile> TestFiles { get; } = [MnistFiles.TestImages, MnistFiles.TestLabels];

    /// <summary>MNIST's two files with the training images and their labels.</summary>
    internal static IReadOnlyList<MnistFile> TrainingFiles { get; } = [MnistFiles.TrainImages, MnistFiles.TrainLabels];

    /// <summary>
    /// Verifies the files in the background after startup, so that the first request does not wait for the verification. Exceptions are ignored here, because a
    /// request that needs the files reports them.
    /// </summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
        await startup.RunAsync(() => CheckAsync(stoppingToken).GetAwaiter().GetResult(), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    internal async Task<DatasetState> CheckAsync(CancellationToken cancellation)
    {
        if (await FindDamagedAsync(MnistFiles.All, cancellation) is not null) return DatasetState.Damaged;
        return MnistFiles.Find(data.Value.Directory) is null ? DatasetState.Missing : DatasetState.Available;
    }

    /// <returns>
    /// The first file that exists but does not match its published length and checksum, or cannot be read; <c>null</c> if no file is damaged.
    /// </returns>
    internal async Task<MnistFile?> FindDamagedAsync(IReadOnlyList<MnistFile> files, CancellationToken cancellation)
    {
        // MNIST is read from the folder that contains its four files with their published lengths. If there is no such folder, the data directory and its
        // subfolder mnist are checked.
        string[] folders = MnistFiles.Find(data.Value.Directory) is { } used ? [used] : [data.Value.Directory, Path.Combine(data.Value.Directory, "mnist")];
        foreach (var path in folders)
        {
            foreach (var file in files)
                if (!await IsSoundAsync(Path.Combine(path, file.Name), file, cancellation)) return file;
        }
        return null;
    }

    /// <summary>Returns <c>false</c> if the file is damaged or cannot be read; <c>true</c> if it is valid or missing.</summary>
    private Task<bool> IsSoundAsync(string path, MnistFile file, CancellationToken cancellation)
    {
        FileSystemInfo info;
        try
        {
            info = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(true); // The file or its folder does not exist or is not accessible, so the file counts as missing.
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
        /// <summary>Whether reading the file failed. The cause may be temporary, so the next check reads the file again.</summary>
        internal bool HasFailed => Sound is { IsValueCreated: true, Value.IsFaulted: true };
    }
}
