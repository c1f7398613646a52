namespace MnistService.Datasets;

/// <summary>Parses the name of a zip entry. The name is client input and must never be used as a path.</summary>
internal static class ZipEntryName
{
    private const int Longest = 80;

    /// <summary>
    /// Returns whether the service skips the entry: an entry without a name, a folder or a hidden file. A file is hidden if a part of its path is
    /// <c>__MACOSX</c> or begins with a dot, such as <c>.DS_Store</c>. Path parts of dots only, such as <c>..</c>, do not count.
    /// </summary>
    internal static bool IsIgnored(string name) =>
        name.Length == 0 || name[^1] is '/' or '\\' || Parts(name).Any(part => part == "__MACOSX" || (part.StartsWith('.') && part.Trim('.').Length > 0));

    /// <returns>
    /// Name of the folder that directly contains the entry, as a digit 0 to 9; <c>null</c> if the entry is not in a folder named after a digit.
    /// </returns>
    internal static byte? Label(string name) => Parts(name) is [.., [>= '0' and <= '9' and var digit], _] ? (byte)(digit - '0') : null;

    /// <summary>
    /// Returns the name in quotation marks, for responses and logs. A name of more than 80 characters is shortened to an ellipsis and its last 80 characters.
    /// Control characters and surrogates become question marks.
    /// </summary>
    internal static string Shown(string name)
    {
        var end = name.Length > Longest ? "…" + name[^Longest..] : name;
        return $"'{new string([.. end.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)])}'";
    }

    // Some Windows programs write backslashes instead of slashes between the parts of a path.
    private static string[] Parts(string name) => name.Split('/', '\\');
}
