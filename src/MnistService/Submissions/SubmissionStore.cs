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

/// <summary>Keeps finished submissions: the summary as a row of the database, the answers, and the pictures of the least confident ones, as files beside it.</summary>
internal sealed class SubmissionStore(IDbContextFactory<ServiceDatabase> databases, IOptions<DataOptions> data, SubmissionStorage storage)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private string Folder => Path.Combine(data.Value.Directory, "submissions");

    /// <summary>Writes the files, then the row: what is listed is whole, and what could not be listed is not kept.</summary>
    /// <exception cref="IOException">The disk is full, say.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written to.</exception>
    /// <exception cref="DbUpdateException">The database could not take the row.</exception>
    /// <exception cref="StorageFullException">It does not fit into the quota.</exception>
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
            // Not to be cancelled from here on: a client that goes now must not leave a file without a row.
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

    /// <summary>Does what <see cref="AddAsync"/> does and keeps nothing: there is no file, and the row is taken back.</summary>
    internal async Task RehearseAsync(SubmissionSummary summary, SubmissionTally tally, CancellationToken cancellation)
    {
        using var csv = Written(tally);
        await using var database = await databases.CreateDbContextAsync(cancellation);
        await database.Submissions.AsNoTracking().AnyAsync(cancellation); // EF Core is ready before the lock on the database is taken, not under it
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        database.Submissions.Add(RecordOf(summary));
        await database.SaveChangesAsync(cancellation);
        await transaction.RollbackAsync(cancellation);
    }

    internal async Task<SubmissionSummary?> FindAsync(string id, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        return await database.Submissions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, cancellation) is { } record ? Read(record) : null;
    }

    /// <summary>Newest first.</summary>
    internal async Task<SubmissionPage> ListAsync(int page, int pageSize, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var records = await database.Submissions.AsNoTracking()
            .OrderByDescending(s => s.CreatedAt).ThenByDescending(s => s.Id)
            .Skip((page - 1) * pageSize).Take(pageSize).ToListAsync(cancellation);
        return new(page, pageSize, await database.Submissions.CountAsync(cancellation), [.. records.Select(Read)]);
    }

    /// <summary>Deletes the row, then the files.</summary>
    /// <returns>False when there was none.</returns>
    internal async Task<bool> TryDeleteAsync(string id, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        if (await database.Submissions.Where(s => s.Id == id).ExecuteDeleteAsync(cancellation) == 0) return false;
        DeleteFiles(id);
        storage.Quota.Remove(id);
        return true;
    }

    /// <summary>Where the answers of a listed submission lie.</summary>
    internal string PathOf(string id) => Path.Combine(Folder, $"{id}.csv");

    /// <summary>The least confident rows of a listed submission as pictures.</summary>
    internal List<UncertainRow> FindUncertain(SubmissionSummary summary)
    {
        var path = UncertainPathOf(summary.Id);
        var pixels = File.Exists(path) ? File.ReadAllBytes(path) : []; // older versions kept none
        return [.. summary.LeastConfident.Select((answer, i) => new UncertainRow(answer.ImageId, answer.Digit, answer.Confidence,
            pixels.Length >= (i + 1) * DigitImage.PixelCount ? pixels.AsSpan(i * DigitImage.PixelCount, DigitImage.PixelCount).ToArray() : null))];
    }

    /// <summary>Where the pixels of its least confident rows lie: 784 bytes each.</summary>
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
