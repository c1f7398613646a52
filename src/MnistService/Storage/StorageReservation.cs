namespace MnistService.Storage;

/// <summary>Room for an item that is being written. Disposed without <see cref="Commit"/>, it gives the room back.</summary>
internal sealed class StorageReservation(StorageQuota quota, string id) : IDisposable
{
    internal string Id => id;

    /// <summary>Null until room is claimed.</summary>
    internal long? Bytes { get; set; }

    /// <summary>
    /// Called as the item grows. Where the store refuses more, claims the room; where it deletes the oldest, nothing is deleted yet, because the item may turn
    /// out to be bad.
    /// </summary>
    /// <param name="bytes">Its size so far.</param>
    /// <exception cref="StorageFullException">It does not fit.</exception>
    internal void Grow(long bytes)
    {
        if (quota.Limits.WhenFull == StorageFullPolicy.Refuse || bytes > quota.Limits.MaxBytes) Claim(bytes);
    }

    /// <summary>Claims the room for the whole item. Where the store deletes the oldest, they are deleted now.</summary>
    /// <param name="bytes">Of all its files.</param>
    /// <exception cref="StorageFullException">It does not fit.</exception>
    internal void Claim(long bytes) => quota.Claim(this, bytes);

    /// <summary>The item is stored.</summary>
    /// <param name="storedBytes">Its size; null if it is what was claimed.</param>
    /// <param name="storedId">Its id, if it got another one.</param>
    internal void Commit(long? storedBytes = null, string? storedId = null) => quota.Commit(this, storedId ?? id, storedBytes ?? Bytes ?? 0);

    public void Dispose() => quota.Release(this);
}
