namespace MnistService.Storage;

/// <summary>
/// A store of items of one kind, such as data sets, whose files are on the disk. <see cref="StorageQuota"/> limits the number and total size of the
/// items. <see cref="StorageSweep"/> deletes orphans: items that no row of the database needs.
/// </summary>
internal interface IStorage
{
    /// <summary>
    /// Name of the settings section of the store, such as <c>Submissions</c>. The label <c>store</c> in <c>/metrics</c> is this name in lower case.
    /// </summary>
    string Name { get; }

    /// <summary>Plural noun for the items of the store in messages, such as "data sets".</summary>
    string Items { get; }

    StorageQuota Quota { get; }

    /// <summary>Lists all items of the store on the disk. Files with names that the service does not generate are omitted.</summary>
    IReadOnlyList<StoredItem> Scan();

    /// <summary>
    /// Returns the ids of the items that rows of the database need; items with other ids are orphans. <c>null</c> for a store whose items do not need rows.
    /// </summary>
    IReadOnlySet<string>? FindOwned();

    /// <summary>Evicts an item to free space, unless the item is in use.</summary>
    /// <returns>True if the item was deleted.</returns>
    bool TryEvict(string id);

    /// <summary>Deletes the files of an orphan: an item that no row of the database needs.</summary>
    void DeleteFiles(string id);
}

/// <summary>An item of a store, such as a data set, whose files are on the disk.</summary>
/// <param name="Id">Unique id within the store.</param>
/// <param name="Bytes">Total size of the files of the item, in bytes.</param>
/// <param name="WrittenAt">Last write time of the newest file of the item; for models, of the model card.</param>
internal sealed record StoredItem(string Id, long Bytes, DateTimeOffset WrittenAt);
