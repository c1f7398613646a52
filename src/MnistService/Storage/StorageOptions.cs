using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Storage;

/// <summary>Settings under <c>MnistService:Storage</c>: quotas of the stores, and removal of orphaned files.</summary>
internal sealed class StorageOptions
{
    internal const string Section = "MnistService:Storage";

    /// <summary>Quota of submissions. Default: 10,000 submissions and 1 GB; the oldest submissions are evicted.</summary>
    [ValidateObjectMembers]
    public StorageLimits Submissions { get; init; } = new() { MaxCount = 10_000, MaxBytes = 1L << 30, WhenFull = StorageFullPolicy.DeleteOldest };

    /// <summary>Quota of uploaded data sets. Default: 1,000 data sets and 4 GB; further data sets are rejected.</summary>
    [ValidateObjectMembers]
    public StorageLimits Datasets { get; init; } = new() { MaxCount = 1_000, MaxBytes = 4L << 30, WhenFull = StorageFullPolicy.Refuse };

    /// <summary>Quota of the checkpoints of training jobs. Default: 20 checkpoints, 256 MB and 30 days; the oldest checkpoints are evicted.</summary>
    [ValidateObjectMembers]
    public CheckpointLimits Checkpoints { get; init; } = new() { MaxCount = 20, MaxBytes = 256L << 20, WhenFull = StorageFullPolicy.DeleteOldest };

    /// <summary>Quota of models. Default: 500 models and 2 GB; further models are rejected.</summary>
    [ValidateObjectMembers]
    public StorageLimits Models { get; init; } = new() { MaxCount = 500, MaxBytes = 2L << 30, WhenFull = StorageFullPolicy.Refuse };

    /// <summary>Interval between two sweeps, each of which deletes orphaned files and enforces the quotas. Default 5 minutes.</summary>
    [SettingRange("00:00:01", "1.00:00:00")]
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Minimum age of an orphan (files that no row of the database needs) before a periodic sweep deletes it. The sweep at startup ignores the age. Default 10
    /// minutes.
    /// </summary>
    [SettingRange("00:00:00", "3650.00:00:00")]
    public TimeSpan OrphanAge { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>Quota of one store: the maximum number and total size of its items, and what happens when the store is full.</summary>
internal class StorageLimits
{
    [SettingRange(1, long.MaxValue)]
    public int MaxCount { get; init; }

    [SettingRange(1, long.MaxValue)]
    public long MaxBytes { get; init; }

    [SettingChoice($"{nameof(StorageFullPolicy.Refuse)} or {nameof(StorageFullPolicy.DeleteOldest)}")]
    public StorageFullPolicy WhenFull { get; init; }
}

/// <summary>Quota of the checkpoints of training jobs, which also have a maximum age.</summary>
internal sealed class CheckpointLimits : StorageLimits
{
    /// <summary>Maximum age of a checkpoint whose job is neither queued nor running. Older checkpoints are evicted. Default 30 days.</summary>
    [SettingRange("00:00:00.001", "3650.00:00:00")]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>What a store does if a new item does not fit into the quota of the store.</summary>
internal enum StorageFullPolicy
{
    /// <summary>A new item that does not fit into the quota is rejected with 507 <c>storage_full</c>.</summary>
    Refuse,

    /// <summary>To make room for a new item, the oldest items that are not in use are evicted.</summary>
    DeleteOldest,
}

[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
