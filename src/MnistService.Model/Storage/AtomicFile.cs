namespace MnistService.Model.Storage;

/// <summary>Files that are there whole or not at all, also after the power went.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file and flushes it to the disk.</summary>
    public static void WriteFlushed(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Replaces a file: readers see the old content or the new, never half.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        WriteFlushed(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }
}
