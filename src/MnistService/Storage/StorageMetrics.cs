using System.Diagnostics.Metrics;

namespace MnistService.Storage;

/// <summary>
/// Metrics per store: usage, quota, orphans, evictions and rejections. The values come from counters in memory. The disk is scanned only if no scan has
/// determined the usage of a store before.
/// </summary>
internal static class StorageMetrics
{
    internal static Meter Create(IMeterFactory meters, IEnumerable<IStorage> storages)
    {
        IStorage[] all = [.. storages];
        var meter = meters.Create("MnistService.Storage");
        meter.CreateObservableGauge("mnist.storage.usage", () => all.Select(s => Measure(s, s.Quota.Usage.Bytes)), "By", "Bytes used by the items of a store.");
        meter.CreateObservableGauge("mnist.storage.quota", () => all.Select(s => Measure(s, s.Quota.Limits.MaxBytes)), "By", "Maximum bytes of a store.");
        meter.CreateObservableGauge("mnist.storage.items", () => all.Select(s => Measure(s, s.Quota.Usage.Count)), "{item}", "Items in a store.");
        meter.CreateObservableGauge("mnist.storage.items.quota", () => all.Select(s => Measure(s, s.Quota.Limits.MaxCount)), "{item}", "Maximum items of a store.");
        meter.CreateObservableCounter("mnist.storage.orphans", () => all.Select(s => Measure(s, s.Quota.Orphans)), "{item}", "Orphaned items deleted by a sweep.");
        meter.CreateObservableCounter("mnist.storage.evictions", () => all.Select(s => Measure(s, s.Quota.Evictions)), "{item}", "Items deleted to keep the quota.");
        meter.CreateObservableCounter("mnist.storage.rejections", () => all.Select(s => Measure(s, s.Quota.Rejections)), "{item}", "Items rejected by a full store.");
        return meter;
    }

    private static Measurement<long> Measure(IStorage storage, long value) => new(value, new KeyValuePair<string, object?>("store", storage.Name.ToLowerInvariant()));
}
