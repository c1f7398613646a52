namespace MnistService.Model.Weights;

/// <summary>A file's own words and numbers, as messages say them: whatever it holds, they stay short and in one line.</summary>
internal static class FoundText
{
    private const int MaxLength = 120, MaxLengths = 8;

    /// <summary>A name, in quotes.</summary>
    internal static string Show(string text)
    {
        var cut = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return $"'{string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))}'";
    }

    /// <summary>Lengths, as far as they are worth showing.</summary>
    internal static string Show(IReadOnlyList<long> lengths) => $"[{string.Join(',', lengths.Take(MaxLengths))}{(lengths.Count > MaxLengths ? ",…" : "")}]";
}
