using MnistService.Model.Native;

namespace MnistService.Model.Files;

/// <summary>A file that is written incrementally under a temporary name; <see cref="Commit"/> renames it atomically to its final name.</summary>
public sealed class PendingFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;

    /// <param name="path">Path of the finished file. Its folder must exist.</param>
    public PendingFile(string path)
    {
        _path = path;
        _temporary = AtomicFile.TemporaryNameOf(path);
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
    }

    /// <summary>Stream of the temporary file, open for reading and writing.</summary>
    public FileStream Stream { get; }

    /// <summary>Flushes the file to the disk, closes the stream and renames the file to its final name. Call this once, as the last operation.</summary>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        Linux.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
    }

    /// <summary>Closes the stream. If <see cref="Commit"/> did not complete, also deletes the temporary file.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // Dispose flushes the stream's buffer, which fails on a full disk. The file is deleted anyway.
        }
        File.Delete(_temporary);
    }
}
