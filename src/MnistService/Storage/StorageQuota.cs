namespace MnistService.Storage;

/// <summary>
/// Enforces the quota of a store. Tracks stored items and reservations for items that are being written. If the quota is exceeded, rejects new items or evicts
/// old ones. The list of stored items is kept in memory: it is read from the disk on first use and at each sweep, and updated after each change in between.
/// </summary>
/// <param name="storage">The store to which the quota applies.</param>
/// <param name="limits">Limits of the store.</param>
/// <param name="time">Clock for the write times and ages of items.</param>
/// <param name="shared">Whether other processes also write to the store. If true, the disk is scanned before each decision.</param>
internal sealed class StorageQuota(IStorage storage, StorageLimits limits, TimeProvider time, bool shared = false)
{
    private readonly Lock _gate = new();
    private readonly HashSet<StorageReservation> _reservations = [];
    private Dictionary<string, StoredItem>? _items; // null until the disk has been scanned
    private long _evictions, _orphans, _rejections;

    internal StorageLimits Limits => limits;

    internal long Evictions => Volatile.Read(ref _evictions);

    internal long Orphans => Volatile.Read(ref _orphans);

    internal long Rejections => Volatile.Read(ref _rejections);

    /// <summary>
    /// Number of stored items and their total size in bytes, without items that are being written. Scans the disk if it has not been scanned yet.
    /// </summary>
    internal (int Count, long Bytes) Usage
    {
        get
        {
            lock (_gate) return (Counted.Count, Counted.Values.Sum(item => item.Bytes));
        }
    }

    private Dictionary<string, StoredItem> Counted => _items ??= storage.Scan().ToDictionary(item => item.Id, StringComparer.Ordinal);

    /// <summary>Throws if not even an item of 1 byte fits into the quota. Called before the body of an upload is read, to reject the upload early.</summary>
    /// <exception cref="StorageFullException">The store is full and its policy is <c>Refuse</c>.</exception>
    internal void ThrowIfFull()
    {
        if (limits.WhenFull == StorageFullPolicy.DeleteOldest) return;
        lock (_gate)
        {
            if (shared) _items = null;
            if (Excess(except: null, bytes: 1) is { } excess) throw Full(excess);
        }
    }

    /// <summary>
    /// Starts a reservation for a new item. Until the reservation is committed or disposed, the sweep does not treat the files of the item as orphans.
    /// </summary>
    internal StorageReservation Begin(string id)
    {
        var reservation = new StorageReservation(this, id);
        lock (_gate) _reservations.Add(reservation);
        return reservation;
    }

    /// <summary>Starts a reservation for an item of known size and claims the space.</summary>
    /// <param name="id">Id of the item. A stored item with this id is replaced.</param>
    /// <param name="bytes">Total size of the files of the item, in bytes.</param>
    /// <exception cref="StorageFullException">The item does not fit into the quota.</exception>
    internal StorageReservation Reserve(string id, long bytes)
    {
        var reservation = Begin(id);
        try
        {
            reservation.Claim(bytes);
            return reservation;
        }
        catch
        {
            reservation.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="StorageReservation.Claim"/>
    internal void Claim(StorageReservation reservation, long bytes)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal) { reservation.Id };
        while (true)
        {
            StoredItem oldest;
            lock (_gate)
            {
                if (shared && kept.Count == 1) _items = null;
                var excess = Excess(reservation, bytes);
                if (excess is null)
                {
                    reservation.Bytes = bytes;
                    return;
                }
                var canDelete = limits.WhenFull == StorageFullPolicy.DeleteOldest && bytes <= limits.MaxBytes;
                oldest = (canDelete ? Oldest(kept) : null) ?? throw Full(excess);
            }
            kept.Add(oldest.Id);
            TryEvict(oldest.Id);
        }
    }

    /// <summary>Converts a reservation to a stored item. From then on, <paramref name="bytes"/> counts toward the quota instead of the reserved size.</summary>
    internal void Commit(StorageReservation reservation, string id, long bytes)
    {
        lock (_gate)
        {
            Counted[id] = new(id, bytes, time.GetUtcNow());
            _reservations.Remove(reservation);
        }
    }

    internal void Release(StorageReservation reservation)
    {
        lock (_gate) _reservations.Remove(reservation);
    }

    /// <summary>Removes a deleted item from the list of stored items, so that the item no longer counts toward the quota.</summary>
    internal void Remove(string id)
    {
        lock (_gate) _items?.Remove(id);
    }

    /// <summary>Replaces the list of stored items in memory by the result of a new scan of the disk.</summary>
    /// <returns>The stored items, without items that are being written.</returns>
    internal IReadOnlyList<StoredItem> Recount()
    {
        lock (_gate)
        {
            _items = null;
            var pending = _reservations.Select(reservation => reservation.Id).ToHashSet(StringComparer.Ordinal);
            return [.. Counted.Values.Where(item => !pending.Contains(item.Id))];
        }
    }

    /// <summary>Deletes the files of an orphan (an item that no row of the database needs), and increments <see cref="Orphans"/>.</summary>
    internal void DeleteOrphan(StoredItem orphan)
    {
        storage.DeleteFiles(orphan.Id);
        Remove(orphan.Id);
        Interlocked.Increment(ref _orphans);
    }

    /// <summary>
    /// Evicts checkpoints that are older than <see cref="CheckpointLimits.MaxAge"/>, under either policy. With the policy <c>DeleteOldest</c>,
    /// also evicts the oldest items while the store exceeds its quota.
    /// </summary>
    internal void Trim()
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        var expired = limits is CheckpointLimits { MaxAge: var maxAge } ? time.GetUtcNow() - maxAge : DateTimeOffset.MinValue;
        while (true)
        {
            StoredItem? oldest;
            lock (_gate)
            {
                oldest = Oldest(kept);
                if (oldest is null) return;
                var excessive = limits.WhenFull == StorageFullPolicy.DeleteOldest && Excess(except: null, bytes: null) is not null;
                if (!excessive && oldest.WrittenAt >= expired) return;
            }
            kept.Add(oldest.Id);
            TryEvict(oldest.Id);
        }
    }

    private void TryEvict(string id)
    {
        if (!storage.TryEvict(id)) return;
        Remove(id);
        Interlocked.Increment(ref _evictions);
    }

    private StoredItem? Oldest(HashSet<string> kept)
    {
        var pending = _reservations.Select(reservation => reservation.Id).ToHashSet(StringComparer.Ordinal);
        return Counted.Values.Where(item => !kept.Contains(item.Id) && !pending.Contains(item.Id))
            .OrderBy(item => item.WrittenAt).ThenBy(item => item.Id, StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>Checks whether the stored and reserved items, and optionally one more item, fit into the quota.</summary>
    /// <param name="except">
    /// Reservation that is not counted. A stored item with the same id is not counted either, because the new item replaces it. <c>null</c> counts all items
    /// and reservations.
    /// </param>
    /// <param name="bytes">Size of one additional item, in bytes; <c>null</c> for no additional item.</param>
    /// <returns><c>null</c> if all items fit into the quota; otherwise a sentence with the limit that is exceeded.</returns>
    private string? Excess(StorageReservation? except, long? bytes)
    {
        var stored = Counted.Values.Where(item => item.Id != except?.Id).Select(item => item.Bytes);
        long[] all = [.. stored.Concat(_reservations.Where(other => other != except).Select(other => other.Bytes).OfType<long>())];
        var section = $"{StorageOptions.Section}:{storage.Name}";
        if (all.Length + (bytes is null ? 0 : 1) > limits.MaxCount)
            return FormattableString.Invariant($"The store has {all.Length} {storage.Items}; the maximum is {limits.MaxCount} ({section}:MaxCount).");
        var total = all.Sum();
        return total + (bytes ?? 0) > limits.MaxBytes
            ? FormattableString.Invariant(
                $"The stored {storage.Items} have {total} bytes, and the new item has at least {bytes ?? 0}; the maximum is {limits.MaxBytes} bytes ({section}:MaxBytes).")
            : null;
    }

    private StorageFullException Full(string excess)
    {
        Interlocked.Increment(ref _rejections);
        return new(StorageProblems.Full.Detail(excess));
    }
}

/// <summary>The item does not fit into the quota of its store: the policy allows no eviction, or the evictable items would not free enough space.</summary>
internal sealed class StorageFullException(string message) : Exception(message)
{
    internal const string Code = "storage_full";
}
