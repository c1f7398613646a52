namespace MnistService.Model.Weights.PyTorch;

/// <summary>Replaces a Python function that a pickle calls. Returns the value that the Python function would construct from the arguments.</summary>
internal delegate object PickleConstructor(object?[] arguments);

/// <summary>The global names of a pickle that the reader implements in C#. Objects of all other names are not constructed.</summary>
internal static class PickleGlobals
{
    // Constructors can be called. Storage classes cannot: they only occur as the type in a storage's id.
    private static readonly Dictionary<string, object> Allowed = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = (PickleConstructor)NewDictionary,
        ["torch._utils._rebuild_tensor_v2"] = (PickleConstructor)RebuildTensor,
        ["torch._utils._rebuild_parameter"] = (PickleConstructor)RebuildParameter,
        ["torch._utils._rebuild_parameter_with_state"] = (PickleConstructor)RebuildParameter,
        ["torch.FloatStorage"] = StoredType.Float32,
        ["torch.DoubleStorage"] = StoredType.Float64,
        ["torch.HalfStorage"] = StoredType.Float16,
        ["torch.BFloat16Storage"] = StoredType.BFloat16,
        ["torch.LongStorage"] = StoredType.Int64,
        ["torch.IntStorage"] = StoredType.Int32,
        ["torch.ShortStorage"] = StoredType.Int16,
        ["torch.CharStorage"] = StoredType.Int8,
        ["torch.ByteStorage"] = StoredType.UInt8,
        ["torch.BoolStorage"] = StoredType.Bool,
    };

    /// <returns>
    /// A <see cref="PickleConstructor"/> for a Python function; a <see cref="StoredType"/> for a storage class; a <see cref="PickledObject"/> for any other name.
    /// </returns>
    /// <exception cref="ModelFormatException">The name is a storage class whose elements cannot be read.</exception>
    internal static object Find(string module, string name)
    {
        var full = $"{module}.{name}";
        if (Allowed.TryGetValue(full, out var known)) return known;
        return module == "torch" && name.EndsWith("Storage", StringComparison.Ordinal)
            ? throw new ModelFormatException($"The file contains elements of type {PickledText.Show(full)}; expected floats or integers. Convert the model with model.float(), and save it again.")
            : new PickledObject(full);
    }

    private static PickledDictionary NewDictionary(object?[] arguments) =>
        arguments.Length == 0 ? new() : throw new ModelFormatException($"The pickle creates an OrderedDict with {arguments.Length} arguments; expected none, as torch.save writes it.");

    // arguments: storage, offset, size, stride, requires_grad, backward_hooks, optionally metadata
    private static PickledTensor RebuildTensor(object?[] arguments) =>
        arguments is [PickledStorage storage, long offset, object?[] shape, object?[] strides, bool, PickledDictionary, ..]
            ? PickledTensor.Create(storage, offset, Lengths(shape), Lengths(strides))
            : throw new ModelFormatException($"The pickle is damaged: the arguments of a tensor are {PickledText.Kinds(arguments)}; "
                + "expected a storage, offset, size, stride, requires_grad and backward_hooks.");

    // arguments: data, requires_grad, backward_hooks, optionally state
    private static PickledTensor RebuildParameter(object?[] arguments) =>
        arguments is [PickledTensor data, bool, PickledDictionary, ..] ? data : throw new ModelFormatException("The pickle is damaged: "
            + $"the arguments of a parameter are {PickledText.Kinds(arguments)}; expected a tensor, requires_grad and backward_hooks.");

    private static long[] Lengths(object?[] values) =>
        [.. values.Select(v => v as long? ?? throw new ModelFormatException($"A tensor's size or stride contains {PickledText.Describe(v)}; expected only integers."))];
}
