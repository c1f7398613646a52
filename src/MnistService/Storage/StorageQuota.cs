namespace MnistService.Storage;

/// <summary>
/// Counts what a store holds and what is being written to it, and rejects or makes room for what exceeds the quota. The count is kept in memory: taken from the
/// disk when it is first needed and at each sweep, and adjusted by each change in between.
/// </summary>
/// <param name="storage">The store.</param>
/// <param name="limits">Its quota.</param>
/// <param name="time">The current time.</param>
/// <param name="shared">Whether other processes write to the store too: the disk is then counted before each decision.</param>
internal sealed class StorageQuota(IStorage storage, StorageLimits limits, TimeProvider time, bool shared = false)
{
    private readonly Lock _gate = new();
    private readonly HashSet<StorageReservation> _reservations = [];
    private Dictionary<string, StoredItem>? _items; // null until the disk has been counted
    private long _evictions, _orphans, _rejections;

    internal StorageLimits Limits => limits;

    internal long Evictions => Volatile.Read(ref _evictions);

    internal long Orphans => Volatile.Read(ref _orphans);

    internal long Rejections => Volatile.Read(ref _rejections);

    /// <summary>The stored items, without those that are being written. Reads the disk the first time only.</summary>
    internal (int Count, long Bytes) Usage
    {
        get
        {
            lock (_gate) return (Counted.Count, Counted.Values.Sum(item => item.Bytes));
        }
    }

    private Dictionary<string, StoredItem> Counted => _items ??= storage.Scan().ToDictionary(item => item.Id, StringComparer.Ordinal);

    /// <summary>Rejects an upload before it is read if it cannot be stored whatever its size.</summary>
    /// <exception cref="StorageFullException">The store is full and refuses more.</exception>
    internal void ThrowIfFull()
    {
        if (limits.WhenFull == StorageFullPolicy.DeleteOldest) return;
        lock (_gate)
        {
            if (shared) _items = null;
            if (Excess(except: null, bytes: 1) is { } excess) throw Full(excess);
        }
    }

    /// <summary>Announces an item: until the result is disposed, its files are not taken for orphans.</summary>
    internal StorageReservation Begin(string id)
    {
        var reservation = new StorageReservation(this, id);
        lock (_gate) _reservations.Add(reservation);
        return reservation;
    }

    /// <summary>Begins an item of known size and claims its room.</summary>
    /// <param name="id">A stored item with this id is replaced.</param>
    /// <param name="bytes">Of all its files.</param>
    /// <exception cref="StorageFullException">It does not fit.</exception>
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

    /// <summary>Turns a reservation into a stored item.</summary>
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

    /// <summary>An item has been deleted.</summary>
    internal void Remove(string id)
    {
        lock (_gate) _items?.Remove(id);
    }

    /// <summary>Counts the disk anew.</summary>
    /// <returns>What is there, without what is being written.</returns>
    internal IReadOnlyList<StoredItem> Recount()
    {
        lock (_gate)
        {
            _items = null;
            var pending = _reservations.Select(reservation => reservation.Id).ToHashSet(StringComparer.Ordinal);
            return [.. Counted.Values.Where(item => !pending.Contains(item.Id))];
        }
    }

    /// <summary>Deletes the files of an item without an owner.</summary>
    internal void DeleteOrphan(StoredItem orphan)
    {
        storage.DeleteFiles(orphan.Id);
        Remove(orphan.Id);
        Interlocked.Increment(ref _orphans);
    }

    /// <summary>Where the oldest are deleted: deletes those that are too old, or too many because the quota was lowered.</summary>
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

    /// <param name="except">The reservation that asks; a stored item with its id is replaced.</param>
    /// <param name="bytes">Of one item more; null for none.</param>
    /// <returns>Null if all of it fits, else the reason in words.</returns>
    private string? Excess(StorageReservation? except, long? bytes)
    {
        var stored = Counted.Values.Where(item => item.Id != except?.Id).Select(item => item.Bytes);
        long[] all = [.. stored.Concat(_reservations.Where(other => other != except).Select(other => other.Bytes).OfType<long>())];
        var section = $"{StorageOptions.Section}:{storage.Name}";
        if (all.Length + (bytes is null ? 0 : 1) > limits.MaxCount)
            return FormattableString.Invariant($"There are {all.Length} {storage.Items} of at most {limits.MaxCount} ({section}:MaxCount).");
        var total = all.Sum();
        return total + (bytes ?? 0) > limits.MaxBytes
            ? FormattableString.Invariant(
                $"The {storage.Items} have {total} of at most {limits.MaxBytes} bytes ({section}:MaxBytes); this one has at least {bytes ?? 0}.")
            : null;
    }

    private StorageFullException Full(string excess)
    {
        Interlocked.Increment(ref _rejections);
        return new($"{excess} Delete some, or raise the limit. Nothing was kept.");
    }
}
