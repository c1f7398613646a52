namespace MnistService.Datasets;

/// <summary>What a zip entry's name says. It is the client's text: it never becomes a path.</summary>
internal static class ZipEntryName
{
    private const int Longest = 80;

    /// <summary>Folders, and what systems add unasked: <c>__MACOSX/</c>, <c>.DS_Store</c> and other names that begin with a dot.</summary>
    internal static bool IsIgnored(string name) =>
        name.Length == 0 || name[^1] is '/' or '\\' || Parts(name).Any(part => part == "__MACOSX" || (part.StartsWith('.') && part.Trim('.').Length > 0));

    /// <returns>The digit that the entry's folder is named after; null when it is in no such folder.</returns>
    internal static byte? Label(string name) => Parts(name) is [.., [>= '0' and <= '9' and var digit], _] ? (byte)(digit - '0') : null;

    /// <summary>The end of the name, short and printable, so that it can stand in an answer and a log.</summary>
    internal static string Shown(string name)
    {
        var end = name.Length > Longest ? "…" + name[^Longest..] : name;
        return $"'{new string([.. end.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)])}'";
    }

    // Some programs on Windows write backslashes.
    private static string[] Parts(string name) => name.Split('/', '\\');
}
