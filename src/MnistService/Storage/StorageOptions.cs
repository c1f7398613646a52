namespace MnistService.Storage;

/// <summary>Settings under <c>MnistService:Storage</c>: how much each store may hold, and how files without an owner are removed.</summary>
internal sealed class StorageOptions
{
    internal const string Section = "MnistService:Storage";

    /// <summary>Default 10,000 submissions and 1 GB; the oldest are deleted.</summary>
    public StorageLimits Submissions { get; init; } = new() { MaxCount = 10_000, MaxBytes = 1L << 30, WhenFull = StorageFullPolicy.DeleteOldest };

    /// <summary>Default 1,000 data sets and 4 GB; more are refused.</summary>
    public StorageLimits Datasets { get; init; } = new() { MaxCount = 1_000, MaxBytes = 4L << 30, WhenFull = StorageFullPolicy.Refuse };

    /// <summary>Default 20 checkpoints, 256 MB and 30 days; the oldest are deleted.</summary>
    public CheckpointLimits Checkpoints { get; init; } = new() { MaxCount = 20, MaxBytes = 256L << 20, WhenFull = StorageFullPolicy.DeleteOldest };

    /// <summary>Default 500 models and 2 GB; more are refused.</summary>
    public StorageLimits Models { get; init; } = new() { MaxCount = 500, MaxBytes = 2L << 30, WhenFull = StorageFullPolicy.Refuse };

    /// <summary>Time between two sweeps. Default 5 minutes.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Minimum age of a file without a row that a periodic sweep deletes; the sweep at the start deletes it at once. Default 10 minutes.</summary>
    public TimeSpan OrphanAge { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>The quota of one store.</summary>
internal class StorageLimits
{
    public int MaxCount { get; init; }

    public long MaxBytes { get; init; }

    public StorageFullPolicy WhenFull { get; init; }
}

/// <summary>The quota of checkpoints.</summary>
internal sealed class CheckpointLimits : StorageLimits
{
    /// <summary>Maximum age of a checkpoint whose job neither runs nor is queued.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>What a store does with an item that does not fit into its quota.</summary>
internal enum StorageFullPolicy
{
    /// <summary>Rejects it: 507 <c>storage_full</c>.</summary>
    Refuse,

    /// <summary>Deletes the oldest items that are not in use.</summary>
    DeleteOldest,
}
