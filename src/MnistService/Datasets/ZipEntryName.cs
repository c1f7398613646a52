namespace MnistService.Datasets;

/// <summary>Parses the name of a zip entry. The name is client input and must never be used as a path.</summary>
internal static class ZipEntryName
{
    private const int Longest = 80;

    /// <summary>
    /// Returns whether the entry is skipped: an entry without a name, a folder, anything with a path part <c>__MACOSX</c>, and any entry with a path part that
    /// begins with a dot, such as <c>.DS_Store</c>. Parts that consist only of dots, such as <c>..</c>, do not count.
    /// </summary>
    internal static bool IsIgnored(string name) =>
        name.Length == 0 || name[^1] is '/' or '\\' || Parts(name).Any(part => part == "__MACOSX" || (part.StartsWith('.') && part.Trim('.').Length > 0));

    /// <returns>The digit that the folder of the entry is named after; <c>null</c> if the folder is not named after a digit.</returns>
    internal static byte? Label(string name) => Parts(name) is [.., [>= '0' and <= '9' and var digit], _] ? (byte)(digit - '0') : null;

    /// <summary>
    /// Returns the last 80 characters of the name in quotation marks, for responses and logs. Control characters and surrogates become question marks.
    /// </summary>
    internal static string Shown(string name)
    {
        var end = name.Length > Longest ? "…" + name[^Longest..] : name;
        return $"'{new string([.. end.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)])}'";
    }

    // Some Windows programs write backslashes as separators.
    private static string[] Parts(string name) => name.Split('/', '\\');
}
