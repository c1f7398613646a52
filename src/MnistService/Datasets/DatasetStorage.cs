using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Startup;
using MnistService.Storage;

namespace MnistService.Datasets;

/// <summary>
/// Applies the storage quota to uploaded data sets. A data set that a queued, running or interrupted training job uses is never deleted to free space.
/// </summary>
internal sealed class DatasetStorage : IStorage
{
    private readonly IDbContextFactory<ServiceDatabase> _databases;
    private readonly StoredFiles _files;

    public DatasetStorage(IDbContextFactory<ServiceDatabase> databases, IOptions<DataOptions> data, IOptions<StorageOptions> options, TimeProvider time)
    {
        _databases = databases;
        _files = new(Path.Combine(data.Value.Directory, "datasets"), ".images");
        Quota = new(this, options.Value.Datasets, time);
    }

    public string Name => nameof(StorageOptions.Datasets);

    public string Items => "data sets";

    public StorageQuota Quota { get; }

    public IReadOnlyList<StoredItem> Scan() => _files.Scan();

    public IReadOnlySet<string> FindOwned()
    {
        using var database = _databases.CreateDbContext();
        return database.Datasets.AsNoTracking().Select(dataset => dataset.Id).ToHashSet(StringComparer.Ordinal);
    }

    public bool TryEvict(string id)
    {
        using var database = _databases.CreateDbContext();
        if (DatasetStore.Deletable(database, id).ExecuteDelete() == 0) return false;
        _files.Delete(id);
        return true;
    }

    public void DeleteFiles(string id) => _files.Delete(id);
}
