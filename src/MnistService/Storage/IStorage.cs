namespace MnistService.Storage;

/// <summary>A store whose items are files: what the quota and the sweep need to know about it.</summary>
internal interface IStorage
{
    /// <summary>Name of the section in the settings, such as <c>Submissions</c>; in lower case the label on <c>/metrics</c>.</summary>
    string Name { get; }

    /// <summary>What its items are called in messages, such as "data sets".</summary>
    string Items { get; }

    StorageQuota Quota { get; }

    /// <summary>Lists all items on the disk. Files whose names the service does not give are left out.</summary>
    IReadOnlyList<StoredItem> Scan();

    /// <summary>Ids of the items that have an owner in the database; null for a store without a table.</summary>
    IReadOnlySet<string>? FindOwned();

    /// <summary>Deletes an item to make room, unless it is in use.</summary>
    bool TryEvict(string id);

    /// <summary>Deletes the files of an item without an owner.</summary>
    void DeleteFiles(string id);
}

/// <summary>An item on the disk.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Bytes">Total length of its files.</param>
/// <param name="WrittenAt">When its newest file was written.</param>
internal sealed record StoredItem(string Id, long Bytes, DateTimeOffset WrittenAt);

/// <summary>An item does not fit into its store's quota, and nothing can be deleted to make room.</summary>
internal sealed class StorageFullException(string message) : Exception(message)
{
    internal const string Code = "storage_full";
}
