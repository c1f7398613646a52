using MnistService.Model.Native;

namespace MnistService.Model.Files;

/// <summary>A file that is written bit by bit and is there whole or not at all: under a temporary name until <see cref="Commit"/>.</summary>
public sealed class PendingFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;

    /// <param name="path">Where it will be; its folder exists.</param>
    public PendingFile(string path)
    {
        _path = path;
        _temporary = AtomicFile.TemporaryNameOf(path);
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
    }

    /// <summary>The stream to write to. Written bytes can be read back.</summary>
    public FileStream Stream { get; }

    /// <summary>Flushes to the disk and gives the file its name. Call once, last.</summary>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        Linux.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
    }

    /// <summary>Without <see cref="Commit"/>, nothing is left.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // On a full disk the last bytes cannot be written. They need not be.
        }
        File.Delete(_temporary);
    }
}
