using System.Globalization;

namespace MnistService.Model.Weights.PyTorch;

/// <summary>Formats values of a pickle for error messages.</summary>
internal static class PickledText
{
    /// <summary>Advice at the end of error messages about a damaged file.</summary>
    internal const string SaveAgain = "Save the file again with torch.save(model.state_dict(), path).";

    /// <summary>Quotes a name, a key or a number. For a value of another type, quotes the Python name of the type.</summary>
    internal static string Show(object? value) =>
        FoundText.Show(Convert.ToString(value as IFormattable, CultureInfo.InvariantCulture) is { Length: > 0 } number ? number : value as string ?? Describe(value));

    /// <summary>Describes the values of a tuple, for example <c>[a storage, an int]</c>. The values after the eighth become an ellipsis.</summary>
    internal static string Kinds(object?[] values) => $"[{string.Join(", ", values.Take(8).Select(value => Describe(value)))}{(values.Length > 8 ? ", …" : "")}]";

    /// <summary>Describes the type of a value in Python's terms, with an article, e.g. "a dict".</summary>
    internal static string Describe(object? value) => value switch
    {
        null => "None",
        PickledObject { Type: var type } => $"an object of {FoundText.Show(type)}",
        _ => Describe(value.GetType()),
    };

    /// <summary>Describes a type in Python's terms, with an article, e.g. "a dict".</summary>
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
        _ when type == typeof(PickledObject) => "an object",
        _ when type == typeof(PickleConstructor) => "a function",
        _ when type == typeof(StoredType) => "a storage's class",
        _ => "an int",
    };
}
