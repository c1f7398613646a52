namespace MnistService.Model.Weights.PyTorch;

/// <summary>A dictionary of a pickle, in order.</summary>
internal sealed class PickledDictionary
{
    // Most are the empty ones of tensors' hooks.
    private List<(object? Key, object? Value)>? _entries;

    internal IReadOnlyList<(object? Key, object? Value)> Entries => _entries ?? (IReadOnlyList<(object?, object?)>)[];

    internal void Add(object? key, object? value) => (_entries ??= []).Add((key, value));

    /// <returns>The value of a name, or null.</returns>
    internal object? Find(string name) => _entries?.Find(e => e.Key is string key && key == name).Value;
}
