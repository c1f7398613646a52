namespace MnistService.Model.Weights;

/// <summary>The parameters and buffers of a network, with PyTorch's names and order. The values are in managed memory, not in libtorch tensors.</summary>
public sealed class StateDict
{
    private readonly Dictionary<string, StateTensor> _byName;

    /// <exception cref="ModelFormatException">Two tensors have the same name.</exception>
    public StateDict(IEnumerable<StateTensor> tensors)
    {
        Tensors = [.. tensors];
        _byName = new(Tensors.Count, StringComparer.Ordinal);
        foreach (var tensor in Tensors)
            if (!_byName.TryAdd(tensor.Name, tensor))
                throw new ModelFormatException($"Tensor {FoundText.Show(tensor.Name)} occurs twice; expected unique names. Rename the tensor, and save the weights again.");
    }

    public IReadOnlyList<StateTensor> Tensors { get; }

    /// <summary>Key-value metadata of a safetensors file (its <c>__metadata__</c>), without the key <c>format</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <exception cref="KeyNotFoundException">No tensor has this name.</exception>
    public StateTensor this[string name] => _byName[name];

    /// <summary>Returns whether a tensor has this name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Checks that a tensor with this name, shape and type exists.</summary>
    /// <exception cref="ModelFormatException">The tensor is missing or has another shape or type.</exception>
    public void Require(string name, IReadOnlyList<long> shape, StateType type)
    {
        if (!_byName.TryGetValue(name, out var tensor))
            throw new ModelFormatException($"Tensor '{name}' is missing; expected {type} [{string.Join(',', shape)}].");
        if (tensor.Type != type || !tensor.Shape.SequenceEqual(shape))
        {
            throw new ModelFormatException(
                $"Tensor '{name}' is {tensor.Type} {FoundText.Show(tensor.Shape)}; expected {type} [{string.Join(',', shape)}].");
        }
    }
}
