using System.Diagnostics.Metrics;

namespace MnistService.Storage;

/// <summary>
/// Metrics per store: usage, quota, deleted orphans, evictions and rejections. The values come from counters in memory. Reading a metric scans the disk only
/// for a store that this process has not scanned before.
/// </summary>
internal static class StorageMetrics
{
    internal static Meter Create(IMeterFactory meters, IEnumerable<IStorage> storages)
    {
        IStorage[] all = [.. storages];
        var meter = meters.Create("MnistService.Storage");
        meter.CreateObservableGauge("mnist.storage.usage", () => all.Select(s => Measure(s, s.Quota.Usage.Bytes)), "By", "Total size of the items of a store.");
        meter.CreateObservableGauge("mnist.storage.quota", () => all.Select(s => Measure(s, s.Quota.Limits.MaxBytes)), "By", "Maximum total size of the items of a store.");
        meter.CreateObservableGauge("mnist.storage.items", () => all.Select(s => Measure(s, s.Quota.Usage.Count)), "{item}", "Items in a store.");
        meter.CreateObservableGauge("mnist.storage.items.quota", () => all.Select(s => Measure(s, s.Quota.Limits.MaxCount)), "{item}", "Maximum number of items in a store.");
        meter.CreateObservableCounter("mnist.storage.orphans", () => all.Select(s => Measure(s, s.Quota.Orphans)), "{item}", "Orphaned items deleted by a sweep.");
        meter.CreateObservableCounter("mnist.storage.evictions", () => all.Select(s => Measure(s, s.Quota.Evictions)), "{item}", "Items evicted because of the quota or the maximum age.");
        meter.CreateObservableCounter("mnist.storage.rejections", () => all.Select(s => Measure(s, s.Quota.Rejections)), "{item}", "New items rejected because they did not fit into the quota of the store.");
        return meter;
    }

    private static Measurement<long> Measure(IStorage storage, long value) => new(value, new KeyValuePair<string, object?>("store", storage.Name.ToLowerInvariant()));
}
