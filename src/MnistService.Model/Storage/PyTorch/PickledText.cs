using System.Globalization;

namespace MnistService.Model.Storage.PyTorch;

/// <summary>Words for what a file says, in messages: whatever it holds, they stay short and in one line.</summary>
internal static class PickledText
{
    private const int MaxLength = 120;

    /// <summary>A name or a key, in quotes.</summary>
    internal static string Show(object? value)
    {
        var text = Convert.ToString(value as IFormattable, CultureInfo.InvariantCulture) is { Length: > 0 } number ? number : value as string ?? Describe(value);
        var cut = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return $"'{string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))}'";
    }

    /// <summary>Lengths, as far as they are worth showing.</summary>
    internal static string Show(long[] lengths) => $"[{string.Join(',', lengths.Take(8))}{(lengths.Length > 8 ? ",…" : "")}]";

    /// <summary>What kind of value it is, by Python's name.</summary>
    internal static string Describe(object? value) => value is null ? "None" : Describe(value.GetType());

    /// <summary>The same of a type.</summary>
    internal static string Describe(Type type) => type switch
    {
        _ when type == typeof(bool) => "a bool",
        _ when type == typeof(double) => "a float",
        _ when type == typeof(string) => "a str",
        _ when type == typeof(object[]) => "a tuple",
        _ when type == typeof(List<object?>) => "a list",
        _ when type == typeof(PickledDictionary) => "a dict",
        _ when type == typeof(PickledTensor) => "a tensor",
        _ when type == typeof(PickledStorage) => "a storage",
        _ when type == typeof(PickleConstructor) => "a function",
        _ when type == typeof(StoredType) => "a storage's class",
        _ => "an int",
    };
}
