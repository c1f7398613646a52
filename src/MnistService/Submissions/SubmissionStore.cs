using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Model.Datasets;
using MnistService.Model.Files;
using MnistService.Model.Imaging;
using MnistService.Startup;
using MnistService.Storage;

namespace MnistService.Submissions;

/// <summary>
/// Stores finished submissions. The summary is a row of the database; the predictions and the pixels of the least confident rows are files.
/// </summary>
internal sealed class SubmissionStore(IDbContextFactory<ServiceDatabase> databases, IOptions<DataOptions> data, SubmissionStorage storage)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private string Folder => Path.Combine(data.Value.Directory, "submissions");

    /// <summary>
    /// Writes the files of a submission, then inserts its database row. So every listed submission has its files. If the insert fails, deletes the files.
    /// </summary>
    /// <exception cref="IOException">The files cannot be written, for example because the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The process has no write access to the directory.</exception>
    /// <exception cref="DbUpdateException">The row cannot be inserted.</exception>
    /// <exception cref="StorageFullException">The submission does not fit into the storage quota.</exception>
    internal async Task AddAsync(SubmissionSummary summary, SubmissionTally tally)
    {
        using var csv = Written(tally);
        var uncertain = tally.UncertainPixels;
        using var reservation = storage.Quota.Reserve(summary.Id, csv.Length + uncertain.Length);
        AtomicFile.MakeDirectory(Folder);
        try
        {
            AtomicFile.Replace(PathOf(summary.Id), csv.GetBuffer().AsSpan(0, (int)csv.Length));
            AtomicFile.Replace(UncertainPathOf(summary.Id), uncertain);
            // Not canceled if the client disconnects, because it would then be unknown whether the row was inserted.
            await using var database = await databases.CreateDbContextAsync();
            database.Submissions.Add(RecordOf(summary));
            await database.SaveChangesAsync();
            reservation.Commit();
        }
        catch
        {
            DeleteFiles(summary.Id);
            throw;
        }
    }

    /// <summary>Warms up the code of <see cref="AddAsync"/>: formats the CSV in memory and inserts the row in a transaction that is rolled back.</summary>
    internal void Rehearse(SubmissionSummary summary, SubmissionTally tally)
    {
        using var csv = Written(tally);
        using var database = databases.CreateDbContext();
        _ = database.Submissions.AsNoTracking().Any(); // initializes EF Core before the database lock is taken
        using var transaction = database.Database.BeginTransaction();
        database.Submissions.Add(RecordOf(summary));
        database.SaveChanges();
        transaction.Rollback();
    }

    internal async Task<SubmissionSummary?> FindAsync(string id, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        return await database.Submissions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, cancellation) is { } record ? Read(record) : null;
    }

    /// <summary>Lists one page of submissions, newest first.</summary>
    internal async Task<SubmissionPage> ListAsync(int page, int pageSize, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var records = await database.Submissions.AsNoTracking()
            .OrderByDescending(s => s.CreatedAt).ThenByDescending(s => s.Id)
            .Skip((page - 1) * pageSize).Take(pageSize).ToListAsync(cancellation);
        return new(page, pageSize, await database.Submissions.CountAsync(cancellation), [.. records.Select(Read)]);
    }

    /// <summary>Deletes the database row of a submission, then its files.</summary>
    /// <returns>False if no such submission exists.</returns>
    internal async Task<bool> TryDeleteAsync(string id, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        if (await database.Submissions.Where(s => s.Id == id).ExecuteDeleteAsync(cancellation) == 0) return false;
        DeleteFiles(id);
        storage.Quota.Remove(id);
        return true;
    }

    /// <summary>Path of the CSV with the predictions of a submission.</summary>
    internal string PathOf(string id) => Path.Combine(Folder, $"{id}.csv");

    /// <summary>
    /// Returns the least confident rows of a submission. The pixels of the rows are null if an older version of the service stored the submission.
    /// </summary>
    internal List<UncertainRow> FindUncertain(SubmissionSummary summary)
    {
        var path = UncertainPathOf(summary.Id);
        var pixels = File.Exists(path) ? File.ReadAllBytes(path) : []; // older versions of the service did not store the pixels
        return [.. summary.LeastConfident.Select((answer, i) => new UncertainRow(answer.ImageId, answer.Digit, answer.Confidence,
            pixels.Length >= (i + 1) * DigitImage.PixelCount ? pixels.AsSpan(i * DigitImage.PixelCount, DigitImage.PixelCount).ToArray() : null))];
    }

    /// <summary>Path of the file with the pixels of the least confident rows of a submission: 784 bytes per row.</summary>
    private string UncertainPathOf(string id) => Path.Combine(Folder, $"{id}.uncertain");

    private void DeleteFiles(string id)
    {
        File.Delete(PathOf(id));
        File.Delete(UncertainPathOf(id));
    }

    private static MemoryStream Written(SubmissionTally tally)
    {
        var csv = new MemoryStream(tally.Digits.Length * 10);
        SubmissionCsvWriter.Write(csv, tally.Digits);
        return csv;
    }

    private static SubmissionRecord RecordOf(SubmissionSummary summary) => new()
    {
        Id = summary.Id,
        CreatedAt = summary.CreatedAt,
        Rows = summary.Rows,
        Model = summary.Model,
        Seconds = summary.Seconds,
        SummaryJson = JsonSerializer.Serialize(summary, Json),
    };

    private static SubmissionSummary Read(SubmissionRecord record) => JsonSerializer.Deserialize<SubmissionSummary>(record.SummaryJson, Json)!;
}
