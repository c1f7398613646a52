using System.Text.RegularExpressions;
using MnistService.Model.Native;

namespace MnistService.Model.Files;

/// <summary>Files that are there whole or not at all, also after the power went.</summary>
public static partial class AtomicFile
{
    /// <summary>Ending of files and folders that are being written. One whose writer is dead can be deleted.</summary>
    public const string TemporaryEnding = ".tmp";

    /// <summary>Writes a file and flushes it to the disk.</summary>
    /// <param name="path">Where.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="mode">Of a file that is new; null: what the process gives its files.</param>
    public static void WriteFlushed(string path, ReadOnlySpan<byte> bytes, UnixFileMode? mode = null)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        using var file = new FileStream(path, options);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Replaces a file: readers see the old content or the new, never half. A failure leaves the old one, and nothing else.</summary>
    /// <param name="path">Where.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="mode">Who may read and write it; null: what the process gives its files.</param>
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

    /// <summary>Makes a folder, and its parents, where it is absent, and flushes what they are in: a file flushed into a folder that is lost is lost with it.</summary>
    public static void MakeDirectory(string path)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null) MakeDirectory(parent);
        Directory.CreateDirectory(path);
        if (parent is not null) Linux.FlushDirectory(parent);
    }

    /// <summary>A name to write under until the file is whole.</summary>
    public static string TemporaryNameOf(string path) => $"{path}.{Guid.NewGuid():n}{TemporaryEnding}";

    /// <summary>Deletes the files that writers that died left in a folder, by the names that <see cref="TemporaryNameOf"/> gives and no other.</summary>
    /// <param name="directory">Need not be there.</param>
    /// <exception cref="IOException">One could not be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be looked into.</exception>
    public static void Sweep(string directory)
    {
        if (!Directory.Exists(directory)) return;
        foreach (var file in Directory.EnumerateFiles(directory, $"*{TemporaryEnding}"))
            if (TemporaryName().IsMatch(file)) File.Delete(file);
    }

    [GeneratedRegex(@"\.[0-9a-f]{32}\.tmp$")]
    private static partial Regex TemporaryName();
}
