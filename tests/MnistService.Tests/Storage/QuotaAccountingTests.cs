using Microsoft.Extensions.Time.Testing;
using MnistService.Storage;

namespace MnistService.Tests.Storage;

/// <summary>How a quota counts items and reservations, and which items it evicts. Uses an in-memory store.</summary>
public sealed class QuotaAccountingTests
{
    private static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Reserved_room_counts_until_it_is_given_back()
    {
        var quota = new MemoryStore().WithQuota(StorageFullPolicy.Refuse, count: 10, bytes: 100);
        var first = quota.Reserve("a", 60);
        Assert.Throws<StorageFullException>(() => quota.Reserve("b", 60));
        first.Dispose();
        using var second = quota.Reserve("b", 60);
        second.Commit();
        Assert.Equal((1, 60), quota.Usage);
        Assert.Equal(1, quota.Rejections);
    }

    [Fact]
    public async Task Reservations_of_any_number_at_once_stay_within_the_quota()
    {
        var quota = new MemoryStore().WithQuota(StorageFullPolicy.Refuse, count: 1000, bytes: 1000);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() =>
        {
            try
            {
                using var reservation = quota.Reserve($"{i}", 7);
                reservation.Commit();
            }
            catch (StorageFullException)
            {
                // Expected: only 142 of the 500 items fit.
            }
        })));
        Assert.Equal((142, 994), quota.Usage);
    }

    [Fact]
    public void A_growing_item_is_refused_as_soon_as_it_does_not_fit()
    {
        var quota = new MemoryStore(("a", 60)).WithQuota(StorageFullPolicy.Refuse, count: 10, bytes: 100);
        using var reservation = quota.Begin("b");
        reservation.Grow(30);
        Assert.Throws<StorageFullException>(() => reservation.Grow(50));
    }

    [Fact]
    public void A_growing_item_deletes_nothing_until_it_is_whole_and_then_the_oldest()
    {
        var store = new MemoryStore(("a", 40), ("b", 40), ("c", 20));
        var quota = store.WithQuota(StorageFullPolicy.DeleteOldest, count: 10, bytes: 100);
        using var reservation = quota.Begin("d");
        reservation.Grow(50);
        Assert.Equal(["a", "b", "c"], store.Ids);
        reservation.Claim(50);
        Assert.Equal(["c"], store.Ids);
        Assert.Equal(2, quota.Evictions);
    }

    [Fact]
    public void An_item_that_can_never_fit_deletes_nothing()
    {
        var store = new MemoryStore(("a", 40));
        Assert.Throws<StorageFullException>(() => store.WithQuota(StorageFullPolicy.DeleteOldest, count: 10, bytes: 100).Reserve("b", 101));
        Assert.Equal(["a"], store.Ids);
    }

    [Fact]
    public void Items_in_use_are_not_deleted()
    {
        var store = new MemoryStore(("a", 40), ("b", 40), ("c", 10)) { InUse = { "a", "b" } };
        var quota = store.WithQuota(StorageFullPolicy.DeleteOldest, count: 3, bytes: 100);
        quota.Reserve("d", 10).Commit();
        Assert.Equal(["a", "b"], store.Ids);
        store.InUse.Add("d");
        Assert.Throws<StorageFullException>(() => quota.Reserve("e", 10));
    }

    [Fact]
    public void An_item_that_is_replaced_does_not_count_twice()
    {
        var quota = new MemoryStore(("a", 80)).WithQuota(StorageFullPolicy.Refuse, count: 1, bytes: 100);
        quota.Reserve("a", 90).Commit();
        Assert.Equal((1, 90), quota.Usage);
    }

    [Fact]
    public void What_is_being_written_is_no_orphan()
    {
        var quota = new MemoryStore(("a", 1), ("b", 1)).WithQuota(StorageFullPolicy.Refuse, count: 10, bytes: 100);
        using var reservation = quota.Begin("b");
        Assert.Equal(["a"], quota.Recount().Select(item => item.Id));
    }

    [Fact]
    public void A_lowered_quota_deletes_the_oldest_and_expired_checkpoints_are_deleted()
    {
        var store = new MemoryStore(("a", 10), ("b", 10), ("c", 10), ("d", 10));
        Trim(maxAge: TimeSpan.FromHours(10));
        Assert.Equal(["b", "c", "d"], store.Ids);
        Trim(maxAge: TimeSpan.FromHours(3));
        Assert.Equal(["c", "d"], store.Ids);

        void Trim(TimeSpan maxAge) =>
            new StorageQuota(store, new CheckpointLimits { MaxCount = 3, MaxBytes = 100, WhenFull = StorageFullPolicy.DeleteOldest, MaxAge = maxAge }, Time).Trim();
    }

    /// <param name="items">Items, oldest first. They were written at intervals of one hour, the last one 1.5 hours ago.</param>
    private sealed class MemoryStore(params (string Id, long Bytes)[] items) : IStorage
    {
        private readonly List<StoredItem> _items = [.. items.Select((item, i) => new StoredItem(item.Id, item.Bytes, Time.GetUtcNow() - TimeSpan.FromHours(items.Length - i + 0.5)))];

        internal HashSet<string> InUse { get; } = [];

        internal IEnumerable<string> Ids => _items.Select(item => item.Id);

        public string Name => "Things";

        public string Items => "things";

        public StorageQuota Quota => throw new NotSupportedException();

        internal StorageQuota WithQuota(StorageFullPolicy policy, int count, long bytes) => new(this, new() { MaxCount = count, MaxBytes = bytes, WhenFull = policy }, Time);

        public IReadOnlyList<StoredItem> Scan() => [.. _items];

        public IReadOnlySet<string>? FindOwned() => null;

        public bool TryEvict(string id) => !InUse.Contains(id) && _items.RemoveAll(item => item.Id == id) > 0;

        public void DeleteFiles(string id) => _items.RemoveAll(item => item.Id == id);
    }
}
