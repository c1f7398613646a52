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

namespace MnistService.Datasets;

/// <summary>Stores uploaded data sets: the metadata as a database row, the images as a file in the data directory.</summary>
internal sealed class DatasetStore(
    IDbContextFactory<ServiceDatabase> databases, IOptions<DataOptions> data, MnistVerification mnist, DatasetStorage storage)
{

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Selects all columns of a data set except <see cref="DatasetRecord.SuspiciousImages"/>, which has up to 100 kB and is rarely needed.</summary>
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

    /// <summary>Returns the path of the images file of an uploaded data set.</summary>
    internal string PathOf(string id) => Path.Combine(Folder, $"{id}.images");

    /// <summary>Creates the images file of a new data set under a temporary name. <see cref="AddAsync"/> gives the file its final name.</summary>
    /// <exception cref="ProblemException">507: the file could not be created.</exception>
    internal LabeledImagesWriter Begin(string id) => Storing.Do(() =>
    {
        AtomicFile.MakeDirectory(Folder);
        return new LabeledImagesWriter(PathOf(id));
    });

    /// <summary>
    /// Creates a temporary file for an upload. The file is deleted from its directory while it is still open, so its disk space is freed even if the process
    /// crashes.
    /// </summary>
    /// <exception cref="IOException">The file could not be created.</exception>
    internal FileStream OpenSpool()
    {
        AtomicFile.MakeDirectory(Folder);
        var path = AtomicFile.TemporaryNameOf(Path.Combine(Folder, "upload"));
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 1 << 16);
        File.Delete(path);
        return file;
    }

    /// <summary>
    /// Completes the images file of a new data set, then inserts the database row. So a data set is listed only after all its images are stored.
    /// </summary>
    /// <exception cref="ProblemException">507: the file or the row could not be written.</exception>
    internal async Task<DatasetSummary> AddAsync(
        string id, string? name, DateTimeOffset now, DatasetSource source, LabeledImagesWriter images, LabelCheck check, IReadOnlyList<SuspiciousEntry> suspicious)
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
            await database.SaveChangesAsync(); // not canceled if the client disconnects, because it would then be unknown whether the row was inserted
            return Read(record);
        }
        catch (Exception e)
        {
            File.Delete(PathOf(id));
            if (e is DbUpdateException) throw Storing.Refused();
            throw;
        }
    }

    /// <summary>
    /// Returns an uploaded data set; <c>null</c> if no uploaded data set has this id. Blocks the calling thread, so call this method on a dedicated thread.
    /// </summary>
    internal DatasetSummary? Find(string id)
    {
        using var database = databases.CreateDbContext();
        return database.Datasets.AsNoTracking().FirstOrDefault(d => d.Id == id) is { } record ? Read(record) : null;
    }

    /// <summary>Returns an uploaded or a built-in data set; <c>null</c> if no data set has this id.</summary>
    internal async Task<DatasetSummary?> FindAsync(string id, CancellationToken cancellation)
    {
        if (id == BuiltInDatasets.Mnist) return BuiltInDatasets.DescribeMnist(await mnist.CheckAsync(cancellation));
        if (id == BuiltInDatasets.Strokes) return BuiltInDatasets.DescribeStrokes();
        await using var database = await databases.CreateDbContextAsync(cancellation);
        return await database.Datasets.AsNoTracking().Where(d => d.Id == id).Select(WithoutList).FirstOrDefaultAsync(cancellation) is { } record ? Read(record) : null;
    }

    /// <summary>Lists the uploaded data sets, newest first, and then the built-in data sets.</summary>
    internal async Task<DatasetList> ListAsync(CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var records = await database.Datasets.AsNoTracking().OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).Select(WithoutList).ToListAsync(cancellation);
        return new([.. records.Select(Read), BuiltInDatasets.DescribeStrokes(), BuiltInDatasets.DescribeMnist(await mnist.CheckAsync(cancellation))]);
    }

    /// <summary>Returns a page of the images whose labels the label check found suspicious; <c>null</c> if the data set does not exist.</summary>
    /// <exception cref="ProblemException">500: the images file of the data set cannot be read.</exception>
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
                var pixels = LabeledImagesFile.ReadImages(PathOf(id), [.. entries.Select(entry => entry.Index)]);
                images.AddRange(entries.Zip(pixels, (entry, image) => new SuspiciousImage(entry.Index, entry.Label, entry.Predicted, entry.Confidence, image)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                if (await FindAsync(id, cancellation) is null) return null; // the data set was deleted during this request
                throw DatasetProblems.Damaged.Exception();
            }
        }
        return new(page, pageSize, all.Length, set.Suspicious?.Count, set.Suspicious?.Model, set.LabelCheck, images);
    }

    /// <summary>
    /// Deletes an uploaded data set, unless a queued, running or interrupted training job uses it. One SQL statement checks the jobs and deletes the database
    /// row. Then the images file is deleted.
    /// </summary>
    /// <returns><c>false</c> if the data set does not exist, or if a queued, running or interrupted job uses it.</returns>
    internal async Task<bool> TryDeleteAsync(string id, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        if (await Deletable(database, id).ExecuteDeleteAsync(cancellation) == 0) return false;
        File.Delete(PathOf(id));
        storage.Quota.Remove(id);
        return true;
    }

    /// <summary>Changes the name of an uploaded data set.</summary>
    /// <returns><c>false</c> if no uploaded data set has this id.</returns>
    internal async Task<bool> TryRenameAsync(string id, string name, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        return await database.Datasets.Where(d => d.Id == id).ExecuteUpdateAsync(update => update.SetProperty(d => d.Name, name), cancellation) > 0;
    }

    /// <summary>Returns the id of a queued, running or interrupted training job that uses a data set; <c>null</c> if no such job exists.</summary>
    internal async Task<string?> FindJobAsync(string id, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        return await UnfinishedJobs(database, id).OrderBy(j => j.Id).Select(j => j.Id).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>
    /// Returns a query for the database row of a data set. The query finds no row if the data set does not exist, or if a queued, running or interrupted
    /// training job uses the data set.
    /// </summary>
    internal static IQueryable<DatasetRecord> Deletable(ServiceDatabase database, string id)
    {
        var jobs = UnfinishedJobs(database, id);
        return database.Datasets.Where(d => d.Id == id && !jobs.Any());
    }

    private static IQueryable<TrainingJobRecord> UnfinishedJobs(ServiceDatabase database, string id)
    {
        // The settings of a job are stored as JSON. They contain the fragment "alone" if this data set is the job's only one, and the fragment "part" if the
        // job uses several data sets. A client cannot put these fragments into another field, because JSON escapes quotation marks in strings.
        var (alone, part) = ($"\"data\":\"{id}\"", $"{{\"id\":\"{id}\"");
        return database.TrainingJobs.Where(j => JobStates.Unfinished.Contains(j.State) && (j.SettingsJson.Contains(alone) || j.SettingsJson.Contains(part)));
    }

    /// <summary>
    /// Reads the images of an uploaded data set and verifies their checksum. Blocks the calling thread, so call this method on a dedicated thread.
    /// </summary>
    /// <exception cref="DataChangedException">The data set was deleted, or its file is missing, damaged or different from the upload.</exception>
    internal (LabeledImages Images, string Sha256) ReadImages(string id)
    {
        using var database = databases.CreateDbContext();
        var expected = database.Datasets.AsNoTracking().Where(d => d.Id == id).Select(d => d.Sha256).FirstOrDefault()
            ?? throw new DataChangedException($"The data set {id} was deleted.", "Upload it again, or choose another data set.");
        try
        {
            var (images, sha256) = LabeledImagesFile.Read(PathOf(id));
            return sha256 == expected
                ? (images, sha256)
                : throw new DataChangedException(
                    $"The images of data set {id} have the checksum {sha256}; expected {expected}, the checksum of the upload.",
                    "Delete the data set and upload it again.");
        }
        catch (InvalidDataException e)
        {
            throw new DataChangedException($"The images of data set {id} are damaged: {e.Message}", "Delete the data set and upload it again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataChangedException(
                $"The images of data set {id} are missing from the data directory or cannot be read.",
                "Restore the file, or delete the data set and upload it again.", e);
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

    /// <summary>Checks the existence and the length of the images file. The checksum is verified when a job reads the file.</summary>
    private DatasetState StateOf(DatasetRecord record)
    {
        var file = new FileInfo(PathOf(record.Id));
        if (!file.Exists) return DatasetState.Missing;
        return file.Length == LabeledImagesFile.LengthOf(record.Images) ? DatasetState.Available : DatasetState.Damaged;
    }
}

/// <summary>An uploaded data set was deleted, or its images are missing or damaged. The message is safe to show to clients.</summary>
/// <param name="cause">What was found, as a complete sentence.</param>
/// <param name="advice">What to do, as a complete sentence. The message is <paramref name="cause"/> followed by this sentence.</param>
internal sealed class DataChangedException(string cause, string advice, Exception? inner = null) : Exception($"{cause} {advice}", inner)
{
    /// <summary>First part of the message: what was found, without the advice. Callers use this part to append other advice.</summary>
    internal string Cause { get; } = cause;
}
