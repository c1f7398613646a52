using System.Collections.Concurrent;
using System.Text.Json;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry;

/// <summary>
/// The cards that were read from a model store. A card is parsed again when its file has another length or modification time. Parsing takes a third of a
/// millisecond, and each request that names a model needs its card. Safe for all threads.
/// </summary>
internal sealed class ModelCardCache
{
    /// <summary>Cards at a time. A full cache is emptied.</summary>
    private const int Max = 1_000;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <exception cref="ModelFormatException">The card names another model.</exception>
    /// <exception cref="JsonException">The file is no card.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal ModelCard Read(string id, string path)
    {
        var file = new FileInfo(path);
        var (modified, length) = (file.LastWriteTimeUtc, file.Exists ? file.Length : -1);
        if (_entries.TryGetValue(id, out var entry) && entry.Modified == modified && entry.Length == length) return entry.Card;
        using var stream = file.OpenRead();
        var card = JsonSerializer.Deserialize<ModelCard>(stream, ModelJson.Options);
        if (card?.Id != id) throw new ModelFormatException($"The card in folder '{id}' names another model, '{card?.Id}'.");
        if (_entries.Count >= Max) _entries.Clear();
        _entries[id] = new(card, modified, length);
        return card;
    }

    internal void Remove(string id) => _entries.TryRemove(id, out _);

    private sealed record Entry(ModelCard Card, DateTime Modified, long Length);
}
