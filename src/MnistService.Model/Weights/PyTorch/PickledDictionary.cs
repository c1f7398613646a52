namespace MnistService.Model.Weights.PyTorch;

/// <summary>A dictionary in a pickle. The entries keep their order of insertion, and duplicate keys are kept.</summary>
internal sealed class PickledDictionary
{
    private const int LongestName = 256;

    // Allocated on first use, because most dictionaries are the empty backward_hooks of tensors.
    private List<(object? Key, object? Value)>? _entries;

    internal IReadOnlyList<(object? Key, object? Value)> Entries => _entries ?? (IReadOnlyList<(object?, object?)>)[];

    internal void Add(object? key, object? value) => (_entries ??= []).Add((key, value));

    /// <summary>Returns the tensors whose key is a string of at most 256 characters (<see cref="LongestName"/>).</summary>
    internal List<(string Name, PickledTensor Tensor)> Tensors() =>
        [.. Entries.Where(entry => entry is (string { Length: <= LongestName }, PickledTensor)).Select(entry => ((string)entry.Key!, (PickledTensor)entry.Value!))];

    /// <returns>The value of the first entry with this name; <c>null</c> if no entry has this name.</returns>
    internal object? Find(string name) => _entries?.Find(e => e.Key is string key && key == name).Value;
}
