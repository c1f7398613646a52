using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Datasets.LabelChecks;
using MnistService.Http;
using MnistService.Model.Datasets;
using MnistService.Model.Files;
using MnistService.Startup;
using MnistService.TrainingJobs;

namespace MnistService.Datasets;

/// <summary>Keeps uploaded data sets: what is known of them as a row of the database, the pictures as a file beside it.</summary>
internal sealed class DatasetStore(
    IDbContextFactory<ServiceDatabase> databases, IOptions<DataOptions> data, MnistVerification mnist, DatasetStorage storage)
{
    // A job in one of these will read its data, or may: an interrupted one goes on by itself where the settings say so.
    private static readonly string[] Unfinished = [.. new[] { JobState.Queued, JobState.Running, JobState.Interrupted }.Select(JobJson.Name)];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>All but the list of suspicious labels, which is large and seldom asked for.</summary>
    private static readonly Expression<Func<DatasetRecord, DatasetRecord>> WithoutList = record => new DatasetRecord
    {
        Id = record.Id,
        Name = record.Name,
        CreatedAt = record.CreatedAt,
        Source = record.Source,
        Images = record.Images,
        LabelsJson = record.LabelsJson,
        Sha256 = record.Sha256,
        LabelCheckJson = record.LabelCheckJson,
    };

    private string Folder => Path.Combine(data.Value.Directory, "datasets");

    /// <summary>Where the pictures of a listed set lie.</summary>
    internal string PathOf(string id) => Path.Combine(Folder, $"{id}.images");

    /// <summary>Begins the file of a new set; it is there when <see cref="AddAsync"/> has completed it.</summary>
    /// <exception cref="ProblemException">No room.</exception>
    internal LabelledImagesWriter Begin(string id) => Storing.Do(() =>
    {
        AtomicFile.MakeDirectory(Folder);
        return new LabelledImagesWriter(PathOf(id));
    });

    /// <summary>A file to put an upload down in. It has no name any more: however the service ends, nothing is left of it.</summary>
    /// <exception cref="IOException">No room.</exception>
    internal FileStream OpenSpool()
    {
        AtomicFile.MakeDirectory(Folder);
        var path = AtomicFile.TemporaryNameOf(Path.Combine(Folder, "upload"));
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 1 << 16);
        File.Delete(path);
        return file;
    }

    /// <summary>Completes the file, then writes the row: what is listed is whole.</summary>
    /// <exception cref="ProblemException">No room.</exception>
    internal async Task<DatasetSummary> AddAsync(
        string id, string? name, DateTimeOffset now, DatasetSource source, LabelledImagesWriter images, LabelCheck check, IReadOnlyList<SuspiciousEntry> suspicious)
    {
        var sha256 = Storing.Do(images.Complete);
        try
        {
            var record = new DatasetRecord
            {
                Id = id,
                Name = name,
                CreatedAt = now,
                Source = JsonNamingPolicy.CamelCase.ConvertName(source.ToString()),
                Images = images.Count,
                LabelsJson = JsonSerializer.Serialize(images.LabelCounts),
                Sha256 = sha256,
                LabelCheckJson = JsonSerializer.Serialize(check, Json),
                SuspiciousImages = SuspiciousEntry.Pack(suspicious),
            };
            await using var database = await databases.CreateDbContextAsync();
            database.Datasets.Add(record);
            await database.SaveChangesAsync(); // not for a client that goes now to cancel: the row would be there or not, and nobody know
            return Read(record);
        }
        catch (Exception e)
        {
            File.Delete(PathOf(id));
            if (e is DbUpdateException) throw Storing.Refused();
            throw;
        }
    }

    /// <summary>An uploaded set. Blocks: for dedicated threads.</summary>
    internal DatasetSummary? Find(string id)
    {
        using var database = databases.CreateDbContext();
        return database.Datasets.AsNoTracking().FirstOrDefault(d => d.Id == id) is { } record ? Read(record) : null;
    }

    /// <summary>An uploaded set, or the built-in one.</summary>
    internal async Task<DatasetSummary?> FindAsync(string id, CancellationToken cancellation)
    {
        if (id == BuiltInDataset.Id) return BuiltInDataset.Describe(await mnist.CheckAsync(cancellation));
        await using var database = await databases.CreateDbContextAsync(cancellation);
        return await database.Datasets.AsNoTracking().Where(d => d.Id == id).Select(WithoutList).FirstOrDefaultAsync(cancellation) is { } record ? Read(record) : null;
    }

    /// <summary>Newest first, the built-in one last.</summary>
    internal async Task<DatasetList> ListAsync(CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var records = await database.Datasets.AsNoTracking().OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).Select(WithoutList).ToListAsync(cancellation);
        return new([.. records.Select(Read), BuiltInDataset.Describe(await mnist.CheckAsync(cancellation))]);
    }

    /// <summary>A page of the suspicious labels with their images; null if there is no such set.</summary>
    /// <exception cref="ProblemException">The images of a listed set cannot be read.</exception>
    internal async Task<SuspiciousPage?> ListSuspiciousAsync(string id, int page, int pageSize, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is not { } set) return null;
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var packed = await database.Datasets.AsNoTracking().Where(d => d.Id == id).Select(d => d.SuspiciousImages).FirstOrDefaultAsync(cancellation);
        var all = SuspiciousEntry.Unpack(packed);
        var entries = all.Skip((int)Math.Min((page - 1L) * pageSize, all.Length)).Take(pageSize).ToArray();
        var images = new List<SuspiciousImage>();
        if (entries.Length > 0)
        {
            try
            {
                var pixels = LabelledImagesFile.ReadImages(PathOf(id), [.. entries.Select(entry => entry.Index)]);
                images.AddRange(entries.Zip(pixels, (entry, image) => new SuspiciousImage(entry.Index, entry.Label, entry.Predicted, entry.Confidence, image)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                if (await FindAsync(id, cancellation) is null) return null; // it was deleted meanwhile
                throw new ProblemException(500, "dataset_damaged", "The images of the data set cannot be read", "Their file is absent, damaged or not readable. Upload the data set again.");
            }
        }
        return new(page, pageSize, all.Length, set.Suspicious?.Count, set.Suspicious?.Model, set.LabelCheck, images);
    }

    /// <summary>Deletes the row unless an unfinished job names it, in one statement; then the file.</summary>
    /// <returns>False when there was none, or it is in use.</returns>
    internal async Task<bool> TryDeleteAsync(string id, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        if (await Deletable(database, id).ExecuteDeleteAsync(cancellation) == 0) return false;
        File.Delete(PathOf(id));
        storage.Quota.Remove(id);
        return true;
    }

    /// <summary>The row of a set, unless an unfinished job names it.</summary>
    internal static IQueryable<DatasetRecord> Deletable(ServiceDatabase database, string id)
    {
        var named = $"\"data\":\"{id}\""; // as JobSettings are written; other texts of clients, such as names, are not in there
        return database.Datasets.Where(d => d.Id == id && !database.TrainingJobs.Any(j => Unfinished.Contains(j.State) && j.SettingsJson.Contains(named)));
    }

    /// <summary>Reads the pictures of a set. Blocks: for the training thread.</summary>
    /// <exception cref="DataChangedException">They are not those that were uploaded, or not there.</exception>
    internal (LabelledImages Images, string Sha256) ReadImages(string id)
    {
        using var database = databases.CreateDbContext();
        var expected = database.Datasets.AsNoTracking().Where(d => d.Id == id).Select(d => d.Sha256).FirstOrDefault()
            ?? throw new DataChangedException($"The data set {id} was deleted after the job had been accepted.");
        try
        {
            var (images, sha256) = LabelledImagesFile.Read(PathOf(id));
            return sha256 == expected
                ? (images, sha256)
                : throw new DataChangedException($"The pictures of data set {id} have the checksum {sha256}; those that were uploaded had {expected}.");
        }
        catch (InvalidDataException e)
        {
            throw new DataChangedException($"The pictures of data set {id} are damaged: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataChangedException($"The pictures of data set {id} are not in the data directory any more, or cannot be read.", e);
        }
    }

    private DatasetSummary Read(DatasetRecord record)
    {
        var labels = JsonSerializer.Deserialize<int[]>(record.LabelsJson)!;
        var check = record.LabelCheckJson is { } json ? JsonSerializer.Deserialize<LabelCheck>(json, Json) : null;
        var words = LabelCheckText.Describe(check, labels);
        return new(record.Id, record.Name, record.CreatedAt, Enum.Parse<DatasetSource>(record.Source, ignoreCase: true), record.Images, labels, record.Sha256, BuiltIn: false, StateOf(record),
            check?.Summary, words)
        {
            Warning = LabelCheckText.IsWarning(check, labels) ? $"Data set {(record.Name is { } name ? $"\"{name}\" ({record.Id})" : record.Id)}: {words}" : null,
        };
    }

    /// <summary>By the file's length; its checksum is compared when a job reads it.</summary>
    private DatasetState StateOf(DatasetRecord record)
    {
        var file = new FileInfo(PathOf(record.Id));
        if (!file.Exists) return DatasetState.Missing;
        return file.Length == LabelledImagesFile.LengthOf(record.Images) ? DatasetState.Available : DatasetState.Damaged;
    }
}
