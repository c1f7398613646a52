namespace MnistService.Storage;

/// <summary>A file store whose quota <see cref="StorageQuota"/> enforces and whose orphans <see cref="StorageSweep"/> deletes.</summary>
internal interface IStorage
{
    /// <summary>Name of the settings section, such as <c>Submissions</c>. In lower case it is the <c>store</c> label in <c>/metrics</c>.</summary>
    string Name { get; }

    /// <summary>Plural noun for the items in messages, such as "data sets".</summary>
    string Items { get; }

    StorageQuota Quota { get; }

    /// <summary>Lists all items on the disk. Files with names that the service does not generate are omitted.</summary>
    IReadOnlyList<StoredItem> Scan();

    /// <summary>Returns the ids that a row of the database needs; items with other ids are orphans. <c>null</c> for a store without orphans.</summary>
    IReadOnlySet<string>? FindOwned();

    /// <summary>Evicts an item to free space, unless the item is in use.</summary>
    /// <returns>True if the item was deleted.</returns>
    bool TryEvict(string id);

    /// <summary>Deletes the files of an orphan: an item that no row of the database needs.</summary>
    void DeleteFiles(string id);
}

/// <summary>A stored item.</summary>
/// <param name="Id">Unique id within the store.</param>
/// <param name="Bytes">Total size of its files.</param>
/// <param name="WrittenAt">Last write time of its newest file; for models, of the model card.</param>
internal sealed record StoredItem(string Id, long Bytes, DateTimeOffset WrittenAt);
