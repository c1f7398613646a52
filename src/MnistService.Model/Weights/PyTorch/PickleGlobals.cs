namespace MnistService.Model.Weights.PyTorch;

/// <summary>
/// C# implementation of a Python function that a pickle calls. Returns the C# counterpart of the function's result, or a <see cref="PickledObject"/> for a
/// tensor that is not supported.
/// </summary>
internal delegate object PickleConstructor(object?[] arguments);

/// <summary>The Python functions and classes that the PyTorch reader implements in C#. Objects of other Python classes are not constructed.</summary>
internal static class PickleGlobals
{
    private const int LongestName = 256;

    private static readonly PickleConstructor Tensor = RebuildTensor;

    // A pickle can call the constructors. A pickle cannot call a storage class, which only specifies the element type of a storage.
    private static readonly Dictionary<string, object> Allowed = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = (PickleConstructor)NewDictionary,
        ["torch._utils._rebuild_tensor_v2"] = Tensor,
        ["torch._tensor._rebuild_from_type_v2"] = (PickleConstructor)RebuildSubclass,
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

    /// <summary>Finds the C# implementation of a Python function or class.</summary>
    /// <returns>
    /// A <see cref="PickleConstructor"/> for a supported function; a <see cref="StoredType"/> for a supported storage class; a <see cref="PickledObject"/> for
    /// any other name.
    /// </returns>
    /// <exception cref="ModelFormatException">The name has more than 256 characters.</exception>
    internal static object Find(string module, string name)
    {
        // A pickle can refer to one long name many times, and each reference would allocate a copy of the name.
        if (module.Length + name.Length > LongestName)
            throw new ModelFormatException($"The pickle is damaged: it refers to a class or function with a name of {module.Length + name.Length} characters; "
                + $"expected at most {LongestName}. {PickledText.SaveAgain}");
        var full = $"{module}.{name}";
        return Allowed.TryGetValue(full, out var known) ? known : new PickledObject(full);
    }

    // Arguments of OrderedDict: none, or, in files that Python 2 wrote, a list of key-value pairs.
    private static PickledDictionary NewDictionary(object?[] arguments)
    {
        var dictionary = new PickledDictionary();
        if (arguments.Length == 0) return dictionary;
        foreach (var pair in arguments is [List<object?> pairs] ? pairs
            : throw new ModelFormatException($"The pickle creates an OrderedDict from {PickledText.Kinds(arguments)}; expected a list of key-value pairs. "
                + PickledText.SaveAgain))
        {
            var (key, value) = pair switch
            {
                List<object?> { Count: 2 } list => (list[0], list[1]),
                object?[] { Length: 2 } tuple => (tuple[0], tuple[1]),
                _ => throw new ModelFormatException($"The pickle creates an OrderedDict from a list with {PickledText.Describe(pair)}; "
                    + $"expected a list of key-value pairs. {PickledText.SaveAgain}"),
            };
            dictionary.Add(key, value);
        }
        return dictionary;
    }

    // Arguments of _rebuild_tensor_v2: storage, offset, size, stride, requires_grad, backward_hooks, optionally metadata.
    private static object RebuildTensor(object?[] arguments) => arguments is [PickledObject other, ..] ? other // a storage of an unsupported element type
        : arguments is [PickledStorage storage, long offset, object?[] shape, object?[] strides, bool, PickledDictionary, ..]
            ? PickledTensor.Create(storage, offset, Lengths(shape), Lengths(strides))
            : throw new ModelFormatException($"The pickle is damaged: the arguments of a tensor are {PickledText.Kinds(arguments)}; "
                + $"expected a storage, offset, size, stride, requires_grad and backward_hooks. {PickledText.SaveAgain}");

    // Arguments of _rebuild_parameter: data, requires_grad, backward_hooks. _rebuild_parameter_with_state has a fourth argument, the state.
    private static object RebuildParameter(object?[] arguments) =>
        arguments is [PickledTensor or PickledObject, bool, PickledDictionary, ..] ? arguments[0]! : throw new ModelFormatException("The pickle is damaged: "
            + $"the arguments of a parameter are {PickledText.Kinds(arguments)}; expected a tensor, requires_grad and backward_hooks. {PickledText.SaveAgain}");

    // Arguments of _rebuild_from_type_v2: function that rebuilds the tensor, class, arguments of the function, state. PyTorch writes this call for a tensor of
    // a subclass, and for a tensor with Python attributes.
    private static object RebuildSubclass(object?[] arguments) => arguments is [PickleConstructor function, _, object?[] inner, ..] && function == Tensor
        ? RebuildTensor(inner)
        : new PickledObject("torch._tensor._rebuild_from_type_v2");

    private static long[] Lengths(object?[] values) =>
        [.. values.Select(v => v as long? ?? throw new ModelFormatException(
            $"The size or the stride of a tensor contains {PickledText.Describe(v)}; expected only integers. {PickledText.SaveAgain}"))];
}
