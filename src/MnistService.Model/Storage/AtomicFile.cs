using MnistService.Model.Runtime;

namespace MnistService.Model.Storage;

/// <summary>Files that are there whole or not at all, also after the power went.</summary>
public static class AtomicFile
{
    /// <summary>Ending of files and folders that are being written. One whose writer is dead can be deleted.</summary>
    public const string TemporaryEnding = ".tmp";

    /// <summary>Writes a file and flushes it to the disk.</summary>
    public static void WriteFlushed(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Replaces a file: readers see the old content or the new, never half. A failure leaves the old one, and nothing else.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = $"{path}.{Guid.NewGuid():n}{TemporaryEnding}";
        try
        {
            WriteFlushed(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        Linux.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Deletes what writers that died left in a folder.</summary>
    /// <param name="directory">Need not be there.</param>
    /// <param name="age">Only what has not been written to for so long; zero where no other process can be writing.</param>
    public static void Sweep(string directory, TimeSpan age)
    {
        if (!Directory.Exists(directory)) return;
        foreach (var left in new DirectoryInfo(directory).EnumerateFileSystemInfos($"*{TemporaryEnding}"))
        {
            if (DateTime.UtcNow - left.LastWriteTimeUtc < age) continue;
            if (left is DirectoryInfo folder) folder.Delete(recursive: true);
            else left.Delete();
        }
    }
}
