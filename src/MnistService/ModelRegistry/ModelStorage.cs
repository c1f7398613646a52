using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Model.Files;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.Storage;

namespace MnistService.ModelRegistry;

/// <summary>
/// Models. In use are the served model, the one before it, the shipped ones, and those that unfinished jobs start from. Other processes may share the folder, so
/// it is counted before each decision; two processes that add a model at the same moment can exceed the quota by one model each.
/// </summary>
internal sealed class ModelStorage : IStorage
{
    /// <summary>Card, evaluation and predictions on the reference sets take less.</summary>
    private const int Overhead = 256 << 10;

    /// <summary>What a job reserves before it trains: more than any network of the service takes.</summary>
    internal const long TypicalBytes = 2 << 20;

    private readonly ModelStore _store;
    private readonly ModelActivation _activation;
    private readonly JobReferences _references;

    public ModelStorage(ModelStore store, ModelActivation activation, JobReferences references, IOptions<StorageOptions> options, TimeProvider time)
    {
        (_store, _activation, _references) = (store, activation, references);
        Quota = new(this, options.Value.Models, time, shared: true);
    }

    public string Name => nameof(StorageOptions.Models);

    public string Items => "models";

    public StorageQuota Quota { get; }

    /// <summary>An upper bound of a model's size before it is written.</summary>
    /// <param name="weights">Bytes of its weights.</param>
    internal static long EstimateBytes(long weights) => weights + Overhead;

    public IReadOnlyList<StoredItem> Scan()
    {
        var directory = new DirectoryInfo(_store.DirectoryPath);
        return directory.Exists ? [.. directory.EnumerateDirectories().Where(folder => SortableId.IsWellFormed(folder.Name)).Select(Find).OfType<StoredItem>()] : [];
    }

    public IReadOnlySet<string>? FindOwned() => null;

    public bool TryEvict(string id)
    {
        if (id == _store.PreviousId || _references.IsStartOfUnfinished(id)) return false;
        try
        {
            return _store.Find(id) is { Shipped: false } && _activation.TryDelete(id) == ModelActivation.DeletionOutcome.Deleted;
        }
        catch (Exception e) when (e is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            return false; // a damaged model is the operator's to delete
        }
    }

    /// <summary>Half-written folders have no card and are swept by <see cref="ModelStore.Sweep"/>.</summary>
    public void DeleteFiles(string id) => throw new NotSupportedException();

    /// <summary>Bytes of a stored model.</summary>
    internal long BytesOf(string id) => Find(new DirectoryInfo(Path.Combine(_store.DirectoryPath, id)))?.Bytes ?? 0;

    private static StoredItem? Find(DirectoryInfo folder)
    {
        try
        {
            var files = folder.GetFiles();
            return files.FirstOrDefault(file => file.Name == "card.json") is { } card ? new(folder.Name, files.Sum(file => file.Length), card.LastWriteTimeUtc) : null;
        }
        catch (IOException)
        {
            return null; // deleted during the scan
        }
    }
}
