using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Model.Registry;
using MnistService.Startup;

namespace MnistService.Storage;

/// <summary>
/// Deletes orphans and enforces the quotas, at startup and periodically. An orphan is a file that no row of the database needs, usually because a process died
/// after it wrote the file and before it wrote the row. The sweep lists the files before it reads the rows, and skips items that this process is writing. So a
/// file whose row has not been written yet is not mistaken for an orphan.
/// </summary>
internal sealed partial class StorageSweep(
    IEnumerable<IStorage> storages, ModelStore models, MigrationCheck glance, IOptions<StorageOptions> options, AfterStartup startup, TimeProvider time,
    IMeterFactory meters, ILogger<StorageSweep> log) : BackgroundService
{
    private readonly Meter _meter = StorageMetrics.Create(meters, storages);
    private readonly Dictionary<string, int> _reported = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // If startup fails, the host disposes StorageSweep while StorageSweep waits for the end of startup. The resulting cancellation is not an error.
        try
        {
            // The sweep at startup needs no minimum age: this process holds the lock of the data directory, so the processes that wrote the orphans have ended.
            // Files that this process is writing have reservations and are skipped.
            await startup.RunAsync(() => Sweep(TimeSpan.Zero), stoppingToken);
            using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken)) Sweep(options.Value.OrphanAge);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <param name="minimumAge">Orphans that are younger than this are kept.</param>
    internal void Sweep(TimeSpan minimumAge)
    {
        try
        {
            var deleted = storages.Select(storage => (storage.Items, Orphans: DeleteOrphans(storage, minimumAge))).Where(store => store.Orphans.Count > 0).ToList();
            if (deleted.Count > 0)
            {
                Log.Deleted(log, deleted.Sum(store => store.Orphans.Count), deleted.Sum(store => store.Orphans.Sum(orphan => orphan.Bytes)),
                    string.Join(", ", deleted.Select(store => $"{store.Orphans.Count} {store.Items}")));
            }
            foreach (var storage in storages) storage.Quota.Trim();
            models.Sweep();
        }
        catch (Exception e)
        {
            Log.NotSwept(log, e, options.Value.SweepInterval);
        }
    }

    private List<StoredItem> DeleteOrphans(IStorage storage, TimeSpan minimumAge)
    {
        var items = storage.Quota.Recount();
        if (storage.FindOwned() is not { } owned) return [];
        var orphans = items.Where(item => !owned.Contains(item.Id)).ToList();
        var kept = orphans.RemoveAll(orphan => orphan.WrittenAt < glance.CreatedAt);
        if (IsNews(storage.Name, kept)) Log.Kept(log, kept, storage.Items);
        orphans.RemoveAll(orphan => time.GetUtcNow() - orphan.WrittenAt < minimumAge);
        orphans.ForEach(storage.Quota.DeleteOrphan);
        return orphans;
    }

    /// <summary>
    /// Returns whether to log the number of kept orphans: the number is not zero, and differs from the number at the previous sweep of the store.
    /// </summary>
    private bool IsNews(string store, int count)
    {
        var before = _reported.GetValueOrDefault(store);
        _reported[store] = count;
        return count != before && count > 0;
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Deleted {Count} orphaned items ({Bytes} bytes) that no row of the database needs: {Stores}")]
        public static partial void Deleted(ILogger log, int count, long bytes, string stores);

        [LoggerMessage(LogLevel.Warning,
            "Kept {Count} {Items} that no row of the database needs and that are older than the database. If the database is the correct one, delete the files of these items from the data directory")]
        public static partial void Kept(ILogger log, int count, string items);

        [LoggerMessage(LogLevel.Warning, "Orphaned files could not be deleted or the storage quotas could not be enforced. "
            + "The next attempt is in {Interval} (MnistService:Storage:SweepInterval)")]
        public static partial void NotSwept(ILogger log, Exception exception, TimeSpan interval);
    }
}
