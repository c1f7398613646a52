namespace MnistService.Model.Weights;

/// <summary>A network's parameters and buffers by PyTorch's names, in order, held outside libtorch.</summary>
public sealed class StateDict
{
    private readonly Dictionary<string, StateTensor> _byName;

    /// <exception cref="ModelFormatException">A name comes twice.</exception>
    public StateDict(IEnumerable<StateTensor> tensors)
    {
        Tensors = [.. tensors];
        _byName = new(Tensors.Count, StringComparer.Ordinal);
        foreach (var tensor in Tensors)
            if (!_byName.TryAdd(tensor.Name, tensor)) throw new ModelFormatException($"Tensor {FoundText.Show(tensor.Name)} comes twice.");
    }

    public IReadOnlyList<StateTensor> Tensors { get; }

    /// <summary>What a safetensors file says beside the tensors (its <c>__metadata__</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <exception cref="KeyNotFoundException">There is no tensor of that name.</exception>
    public StateTensor this[string name] => _byName[name];

    /// <summary>Checks that a tensor is there with this shape and type.</summary>
    /// <exception cref="ModelFormatException">It is not; the message says what was found and what was expected.</exception>
    public void Require(string name, IReadOnlyList<long> shape, StateType type)
    {
        if (!_byName.TryGetValue(name, out var tensor))
            throw new ModelFormatException($"Tensor '{name}' is missing.");
        if (tensor.Type != type || !tensor.Shape.SequenceEqual(shape))
        {
            throw new ModelFormatException(
                $"Tensor '{name}' is {tensor.Type} {FoundText.Show(tensor.Shape)}; expected {type} [{string.Join(',', shape)}].");
        }
    }
}
