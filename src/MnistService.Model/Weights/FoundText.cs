namespace MnistService.Model.Weights;

/// <summary>Formats text and numbers from an untrusted file for error messages, so that they are short and on one line.</summary>
internal static class FoundText
{
    private const int MaxLength = 120, MaxLengths = 8;

    /// <summary>Quotes a name: at most 120 characters, then an ellipsis; control characters and surrogates become <c>?</c>.</summary>
    internal static string Show(string text)
    {
        var cut = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return $"'{string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))}'";
    }

    /// <summary>Formats a list such as a tensor's shape: at most eight numbers, then an ellipsis.</summary>
    internal static string Show(IReadOnlyList<long> lengths) => $"[{string.Join(',', lengths.Take(MaxLengths))}{(lengths.Count > MaxLengths ? ",…" : "")}]";
}
