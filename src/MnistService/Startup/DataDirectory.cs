using Microsoft.Extensions.Options;
using MnistService.Model.Files;

namespace MnistService.Startup;

/// <summary>
/// Makes the data directory and takes it for this process before the service listens: a volume that is not writable, or that another process
/// works in, stops the start. Two would each find the other's running job and call it interrupted. What a dead one left half written goes.
/// </summary>
internal sealed partial class DataDirectory(IOptions<DataOptions> options, ILogger<DataDirectory> log) : IHostedLifecycleService, IDisposable
{
    private const string LockFile = ".lock";
    private static readonly string[] Folders = ["checkpoints", "datasets", "mnist", "submissions"];

    private FileStream? _lock; // the kernel lets go of it when the process ends, however it ends

    /// <exception cref="SettingException">No file can be made there, or another process holds it.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var path = options.Value.Directory;
        var file = Path.Combine(path, LockFile);
        try
        {
            AtomicFile.MakeDirectory(path);
            // The folder's mode does not tell (root, read-only mounts, access lists): only a write does.
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
            throw new SettingException($"{DataOptions.Section}:Directory is '{path}', where no file can be written: {e.Message}");
        }
        try
        {
            _lock = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new SettingException($"{DataOptions.Section}:Directory is '{path}', which another process of the service works in. Stop that one, or give this one a directory of its own.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SettingException($"{DataOptions.Section}:Directory is '{path}', whose lock cannot be taken: {e.Message}");
        }
        Sweep(path);
        return Task.CompletedTask;
    }

    /// <summary>Whoever was writing in the service's own folders is dead. What is not the service's is not touched.</summary>
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
                Log.NotSwept(log, folder, e); // MNIST may be mounted read-only
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
        [LoggerMessage(LogLevel.Warning, "What a process that died left half written in {Folder} could not be deleted")]
        public static partial void NotSwept(ILogger log, string folder, Exception exception);
    }
}
