using Microsoft.Extensions.Options;

namespace MnistService.Hosting;

/// <summary>Makes the data directory and writes to it once before the service listens: a volume that is not writable stops the start.</summary>
internal sealed class DataDirectory(IOptions<DataOptions> options) : IHostedLifecycleService
{
    /// <exception cref="SettingException">No file can be made there.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(options.Value.Directory);
        try
        {
            Directory.CreateDirectory(path);
            // The folder's mode does not tell (root, read-only mounts, access lists): only a write does.
            using var probe = new FileStream(Path.Combine(path, $".{Guid.NewGuid():n}.tmp"), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{DataOptions.Section}:Directory is '{path}', where no file can be written: {e.Message}");
        }
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
