using System.Text.RegularExpressions;
using MnistService.Model.Native;

namespace MnistService.Model.Files;

/// <summary>
/// Crash-safe file writes. After a crash or a power failure, a replaced file has either its complete old content or its complete new content.
/// </summary>
public static partial class AtomicFile
{
    /// <summary>
    /// Extension of files and folders that are still being written. Such a file or folder is safe to delete if its writer no longer runs.
    /// </summary>
    public const string TemporaryEnding = ".tmp";

    /// <summary>Writes a file and flushes its content to the disk. The write is not atomic; use <see cref="Replace"/> for an atomic write.</summary>
    /// <param name="path">Path of the file. An existing file is overwritten.</param>
    /// <param name="bytes">Complete content.</param>
    /// <param name="mode">Unix permissions of a new file; <c>null</c> for the process's default. Ignored on Windows and for an existing file.</param>
    public static void WriteFlushed(string path, ReadOnlySpan<byte> bytes, UnixFileMode? mode = null)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        using var file = new FileStream(path, options);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    /// <summary>
    /// Creates or replaces a file by an atomic rename: readers see either the old or the new content. If the write fails, the old file stays and the
    /// temporary file is deleted.
    /// </summary>
    /// <param name="path">Path of the file. Its folder must exist.</param>
    /// <param name="bytes">Complete content.</param>
    /// <param name="mode">Unix permissions of the file; <c>null</c> for the process's default. Ignored on Windows.</param>
    public static void Replace(string path, ReadOnlySpan<byte> bytes, UnixFileMode? mode = null)
    {
        var temporary = TemporaryNameOf(path);
        try
        {
            WriteFlushed(temporary, bytes, mode);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        Linux.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>
    /// Creates a folder and its missing parents, and flushes the parent of each new folder to the disk. Without this flush, a power failure could lose the
    /// new folder together with flushed files in that folder.
    /// </summary>
    public static void MakeDirectory(string path)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null) MakeDirectory(parent);
        Directory.CreateDirectory(path);
        if (parent is not null) Linux.FlushDirectory(parent);
    }

    /// <summary>
    /// Returns a unique path for a temporary file in the folder of <paramref name="path"/>. Write this file first, then rename it to <paramref name="path"/>.
    /// </summary>
    public static string TemporaryNameOf(string path) => $"{path}.{Guid.NewGuid():n}{TemporaryEnding}";

    /// <summary>
    /// Deletes the temporary files that crashed writers left in a folder, that is, files with a name from <see cref="TemporaryNameOf"/>. Call this only
    /// while no writer is active in the folder.
    /// </summary>
    /// <param name="directory">The folder. If it does not exist, nothing happens.</param>
    /// <exception cref="IOException">A file could not be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The process has no permission to list the folder or delete a file.</exception>
    public static void Sweep(string directory)
    {
        if (!Directory.Exists(directory)) return;
        foreach (var file in Directory.EnumerateFiles(directory, $"*{TemporaryEnding}"))
            if (TemporaryName().IsMatch(file)) File.Delete(file);
    }

    [GeneratedRegex(@"\.[0-9a-f]{32}\.tmp$")]
    private static partial Regex TemporaryName();
}
