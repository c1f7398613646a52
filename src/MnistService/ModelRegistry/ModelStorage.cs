using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Model.Files;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.Storage;

namespace MnistService.ModelRegistry;

/// <summary>
/// Applies the storage quota to the model store. Never evicts the served model, the previously served model, shipped models, or models that unfinished jobs
/// start from. Other processes may share the folder, so the folder is scanned before each decision about the quota. Two processes that add a model at the same
/// time can exceed the quota by one model each.
/// </summary>
internal sealed class ModelStorage : IStorage
{
    /// <summary>
    /// Upper bound, in bytes, of the size of all files of a model except the weights: card, digit score (0.8 MB), evaluation, and predictions on the reference
    /// sets.
    /// </summary>
    private const int Overhead = 1088 << 10;

    /// <summary>
    /// Space in bytes that a training job reserves in the model store before the training starts. A stored model needs less, whichever network it has.
    /// </summary>
    internal const long TypicalBytes = 3 << 20;

    private readonly ModelStore _store;
    private readonly ModelPublisher _publisher;
    private readonly JobReferences _references;

    public ModelStorage(ModelStore store, ModelPublisher publisher, JobReferences references, IOptions<StorageOptions> options, TimeProvider time)
    {
        (_store, _publisher, _references) = (store, publisher, references);
        Quota = new(this, options.Value.Models, time, shared: true);
    }

    public string Name => nameof(StorageOptions.Models);

    public string Items => "models";

    public StorageQuota Quota { get; }

    /// <summary>Returns an upper bound, in bytes, of the size that a model will have in the store.</summary>
    /// <param name="weights">Size of the model's weights in bytes.</param>
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
            return _store.Find(id) is { Shipped: false } && _publisher.TryDelete(id) == ModelPublisher.DeletionOutcome.Deleted;
        }
        catch (Exception e) when (e is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            return false; // a model that is damaged or cannot be deleted is not evicted; the operator must delete it
        }
    }

    /// <summary>Not supported, because the model store has no orphaned files. <see cref="ModelStore.Sweep"/> deletes partially written model folders.</summary>
    public void DeleteFiles(string id) => throw new NotSupportedException();

    /// <summary>Returns the size of all files of a stored model, in bytes; 0 if the model does not exist.</summary>
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
            return null; // the folder was deleted during the scan
        }
    }
}
