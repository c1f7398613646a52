using System.Text.RegularExpressions;

namespace MnistService.Storage;

/// <summary>
/// Files of a store in one folder, each named <c>&lt;id&gt;&lt;ending&gt;</c>. All files with the same id form one item. Other files in the folder are ignored.
/// </summary>
/// <param name="folder">Path of the folder, which need not exist.</param>
/// <param name="endings">File name extensions, such as <c>.csv</c>.</param>
internal sealed partial class StoredFiles(string folder, params string[] endings)
{
    internal IReadOnlyList<StoredItem> Scan()
    {
        var items = new Dictionary<string, StoredItem>(StringComparer.Ordinal);
        var directory = new DirectoryInfo(folder);
        if (!directory.Exists) return [];
        foreach (var file in directory.EnumerateFiles())
        {
            var id = Path.GetFileNameWithoutExtension(file.Name);
            if (!endings.Contains(file.Extension) || !Id().IsMatch(id)) continue;
            try
            {
                var (bytes, writtenAt) = items.TryGetValue(id, out var other) ? (other.Bytes, other.WrittenAt) : (0, DateTimeOffset.MinValue);
                var modifiedAt = new DateTimeOffset(file.LastWriteTimeUtc);
                items[id] = new(id, bytes + file.Length, modifiedAt > writtenAt ? modifiedAt : writtenAt);
            }
            catch (FileNotFoundException)
            {
                // The file was deleted during the scan.
            }
        }
        return [.. items.Values];
    }

    internal void Delete(string id)
    {
        foreach (var ending in endings) File.Delete(Path.Combine(folder, id + ending));
    }

    /// <summary>Matches ids that <see cref="MnistService.Model.Files.SortableId"/> generates.</summary>
    [GeneratedRegex(@"\A[0-9a-hjkmnp-tv-z]{13}\z")]
    private static partial Regex Id();
}
