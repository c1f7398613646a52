namespace MnistService.Model.Weights;

/// <summary>Formats text and numbers from an untrusted file for error messages: shortens them, and replaces control characters.</summary>
internal static class FoundText
{
    private const int MaxLength = 120, MaxLengths = 8;

    /// <summary>Quotes a name. Text after 120 UTF-16 code units becomes an ellipsis; each control character and each surrogate becomes <c>?</c>.</summary>
    internal static string Show(string text)
    {
        var cut = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return $"'{string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))}'";
    }

    /// <summary>Formats a list of numbers, such as the shape of a tensor. The numbers after the eighth become an ellipsis.</summary>
    internal static string Show(IReadOnlyList<long> lengths) => $"[{string.Join(',', lengths.Take(MaxLengths))}{(lengths.Count > MaxLengths ? ",…" : "")}]";
}
