using Microsoft.Extensions.Options;
using MnistService.Model.Files;

namespace MnistService.Startup;

/// <summary>
/// Creates the data directory and locks it for this process before the service listens. Startup fails if the directory is not writable, or if another process
/// uses it, because each process would mark the running training job of the other process as interrupted. Incomplete files of earlier processes are deleted.
/// </summary>
internal sealed partial class DataDirectory(IOptions<DataOptions> options, ILogger<DataDirectory> log) : IHostedLifecycleService, IDisposable
{
    private const string LockFile = ".lock";
    private static readonly string[] Folders = ["checkpoints", "datasets", "mnist", "submissions"];

    private FileStream? _lock; // the kernel releases the lock when the process ends, also after a crash

    /// <exception cref="SettingException">The directory is not writable, or its lock file cannot be opened or is locked by another process.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var path = options.Value.Directory;
        var file = Path.Combine(path, LockFile);
        try
        {
            AtomicFile.MakeDirectory(path);
            // Permission bits do not show whether a write succeeds (root, read-only mounts, access control lists), so a test file is written.
            using (new FileStream(Path.Combine(path, $".{Guid.NewGuid():n}{AtomicFile.TemporaryEnding}"), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            }))
            {
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{DataOptions.Section}:Directory is '{path}', but no file can be written there: "
                + $"{e.Message} Correct the permissions, or set another directory.");
        }
        try
        {
            _lock = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new SettingException($"{DataOptions.Section}:Directory is '{path}', but the file '{LockFile}' in that directory cannot be locked: "
                + $"{e.Message} If another process of the service uses the directory, stop that process, or set another directory.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SettingException($"{DataOptions.Section}:Directory is '{path}', but the file '{LockFile}' in that directory cannot be opened: "
                + $"{e.Message} Correct its permissions.");
        }
        Sweep(path);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Deletes temporary files that earlier processes left in the subfolders of the data directory; all other files are kept. This process has locked the data
    /// directory, so no other process still writes these files.
    /// </summary>
    private void Sweep(string path)
    {
        foreach (var folder in Folders)
        {
            try
            {
                AtomicFile.Sweep(Path.Combine(path, folder));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.NotSwept(log, folder, e); // the folder with MNIST may be mounted read-only
            }
        }
    }

    public void Dispose() => _lock?.Dispose();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Incomplete files of an earlier process in the folder {Folder} of the data directory could not be deleted; the next start tries again")]
        public static partial void NotSwept(ILogger log, string folder, Exception exception);
    }
}
