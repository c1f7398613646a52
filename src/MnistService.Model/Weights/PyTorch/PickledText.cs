using System.Globalization;

namespace MnistService.Model.Weights.PyTorch;

/// <summary>Words for a pickle's values, in messages.</summary>
internal static class PickledText
{
    /// <summary>A name or a key, in quotes.</summary>
    internal static string Show(object? value) =>
        FoundText.Show(Convert.ToString(value as IFormattable, CultureInfo.InvariantCulture) is { Length: > 0 } number ? number : value as string ?? Describe(value));

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
