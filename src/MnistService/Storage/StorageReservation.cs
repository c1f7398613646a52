namespace MnistService.Storage;

/// <summary>Space for an item that is being written. Disposing without <see cref="Commit"/> releases the space.</summary>
internal sealed class StorageReservation(StorageQuota quota, string id) : IDisposable
{
    internal string Id => id;

    /// <summary>Claimed bytes; <c>null</c> until space is claimed.</summary>
    internal long? Bytes { get; set; }

    /// <summary>
    /// Reports the size of the item while it is written. With the policy <c>Refuse</c>, claims the space. With <c>DeleteOldest</c>, evicts nothing yet, because
    /// the item may turn out to be invalid.
    /// </summary>
    /// <param name="bytes">Size so far.</param>
    /// <exception cref="StorageFullException">The item does not fit into the quota.</exception>
    internal void Grow(long bytes)
    {
        if (quota.Limits.WhenFull == StorageFullPolicy.Refuse || bytes > quota.Limits.MaxBytes) Claim(bytes);
    }

    /// <summary>Claims the space for the complete item. With the policy <c>DeleteOldest</c>, evicts the oldest items now.</summary>
    /// <param name="bytes">Total size of its files.</param>
    /// <exception cref="StorageFullException">The item does not fit into the quota.</exception>
    internal void Claim(long bytes) => quota.Claim(this, bytes);

    /// <summary>Marks the item as stored.</summary>
    /// <param name="storedBytes">Final size; <c>null</c> if it is the claimed size.</param>
    /// <param name="storedId">Final id, if it differs from the reserved id.</param>
    internal void Commit(long? storedBytes = null, string? storedId = null) => quota.Commit(this, storedId ?? id, storedBytes ?? Bytes ?? 0);

    public void Dispose() => quota.Release(this);
}
