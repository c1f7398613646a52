using System.Collections.Concurrent;
using System.Text.Json;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry;

/// <summary>
/// Cache of the parsed cards of a model store. A card is parsed again if the length or the modification time of its file changes. Parsing a card takes a third
/// of a millisecond, and each request that names a model needs the card of the model. Thread-safe.
/// </summary>
internal sealed class ModelCardCache
{
    /// <summary>Maximum number of cached cards. When this number is reached, the cache is cleared.</summary>
    private const int Max = 1_000;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Returns a card from the cache, or reads and caches it.</summary>
    /// <exception cref="ModelFormatException">The id in the card differs from <paramref name="id"/>.</exception>
    /// <exception cref="JsonException">The file is not a valid card.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal ModelCard Read(string id, string path)
    {
        var file = new FileInfo(path);
        var (modified, length) = (file.LastWriteTimeUtc, file.Exists ? file.Length : -1);
        if (_entries.TryGetValue(id, out var entry) && entry.Modified == modified && entry.Length == length) return entry.Card;
        using var stream = file.OpenRead();
        var card = JsonSerializer.Deserialize<ModelCard>(stream, ModelJson.Options);
        if (card?.Id != id) throw new ModelFormatException($"The file card.json in folder '{id}' of the model store has the id '{card?.Id}'; expected '{id}'.");
        if (_entries.Count >= Max) _entries.Clear();
        _entries[id] = new(card, modified, length);
        return card;
    }

    internal void Remove(string id) => _entries.TryRemove(id, out _);

    private sealed record Entry(ModelCard Card, DateTime Modified, long Length);
}
