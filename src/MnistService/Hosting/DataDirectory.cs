using Microsoft.Extensions.Options;
using MnistService.Model.Storage;

namespace MnistService.Hosting;

/// <summary>
/// Makes the data directory and takes it for this process before the service listens: a volume that is not writable, or that another process
/// works in, stops the start. Two would each find the other's running job and call it interrupted. What a dead one left half written goes.
/// </summary>
internal sealed class DataDirectory(IOptions<DataOptions> options) : IHostedLifecycleService, IDisposable
{
    private const string LockFile = ".lock";

    private FileStream? _lock; // the kernel lets go of it when the process ends, however it ends

    /// <exception cref="SettingException">No file can be made there, or another process holds it.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var path = options.Value.Directory;
        var file = Path.Combine(path, LockFile);
        try
        {
            Directory.CreateDirectory(path);
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{DataOptions.Section}:Directory is '{path}', which another process of the service works in. Stop that one, or give this one a directory of its own.");
        }
        // Whoever was writing here is dead.
        AtomicFile.Sweep(path, TimeSpan.Zero);
        foreach (var folder in Directory.EnumerateDirectories(path)) AtomicFile.Sweep(folder, TimeSpan.Zero);
        return Task.CompletedTask;
    }

    public void Dispose() => _lock?.Dispose();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
