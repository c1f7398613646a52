using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Startup;
using MnistService.Storage;

namespace MnistService.Submissions;

/// <summary>
/// Applies the storage quota to submissions. A submission is a database row, a CSV of predictions, and a file with the pixels of its least confident rows.
/// </summary>
internal sealed class SubmissionStorage : IStorage
{
    private readonly IDbContextFactory<ServiceDatabase> _databases;
    private readonly StoredFiles _files;

    public SubmissionStorage(IDbContextFactory<ServiceDatabase> databases, IOptions<DataOptions> data, IOptions<StorageOptions> options, TimeProvider time)
    {
        _databases = databases;
        _files = new(Path.Combine(data.Value.Directory, "submissions"), ".csv", ".uncertain");
        Quota = new(this, options.Value.Submissions, time);
    }

    public string Name => nameof(StorageOptions.Submissions);

    public string Items => "submissions";

    public StorageQuota Quota { get; }

    public IReadOnlyList<StoredItem> Scan() => _files.Scan();

    public IReadOnlySet<string> FindOwned()
    {
        using var database = _databases.CreateDbContext();
        return database.Submissions.AsNoTracking().Select(submission => submission.Id).ToHashSet(StringComparer.Ordinal);
    }

    public bool TryEvict(string id)
    {
        using var database = _databases.CreateDbContext();
        database.Submissions.Where(submission => submission.Id == id).ExecuteDelete();
        _files.Delete(id);
        return true;
    }

    public void DeleteFiles(string id) => _files.Delete(id);
}
