namespace MnistService.Storage;

/// <summary>Reserved space for an item that is being written. Disposing the reservation without <see cref="Commit"/> releases the space.</summary>
internal sealed class StorageReservation(StorageQuota quota, string id) : IDisposable
{
    internal string Id => id;

    /// <summary>Size in bytes that this reservation counts toward the quota; <c>null</c> until space is claimed.</summary>
    internal long? Bytes { get; set; }

    /// <summary>
    /// Checks the size of the item while it is written. With the policy <c>Refuse</c>, claims the space that has been written. With <c>DeleteOldest</c>, evicts
    /// nothing yet, because the item may turn out to be invalid.
    /// </summary>
    /// <param name="bytes">Size that has been written so far, in bytes.</param>
    /// <exception cref="StorageFullException">The item does not fit into the quota.</exception>
    internal void Grow(long bytes)
    {
        if (quota.Limits.WhenFull == StorageFullPolicy.Refuse || bytes > quota.Limits.MaxBytes) Claim(bytes);
    }

    /// <summary>Claims the space for the complete item. With the policy <c>DeleteOldest</c>, evicts the oldest items until the item fits.</summary>
    /// <param name="bytes">Total size of the files of the item, in bytes.</param>
    /// <exception cref="StorageFullException">The item does not fit into the quota.</exception>
    internal void Claim(long bytes) => quota.Claim(this, bytes);

    /// <summary>Marks the item as stored.</summary>
    /// <param name="storedBytes">Final size in bytes; <c>null</c> if this is the claimed size.</param>
    /// <param name="storedId">Final id; <c>null</c> if this is the reserved id.</param>
    internal void Commit(long? storedBytes = null, string? storedId = null) => quota.Commit(this, storedId ?? id, storedBytes ?? Bytes ?? 0);

    public void Dispose() => quota.Release(this);
}
