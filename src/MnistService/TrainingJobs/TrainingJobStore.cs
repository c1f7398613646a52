using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Model.Files;
using MnistService.Model.Registry;
using MnistService.Model.Training;
using MnistService.ModelRegistry;

namespace MnistService.TrainingJobs;

/// <summary>
/// Persistent queue of training jobs in the database. A job is written before its request is answered, so a restart loses no accepted job. Each state
/// transition is one conditional update, so only one of several concurrent callers can start, cancel or finish a job.
/// </summary>
internal sealed class TrainingJobStore(
    IDbContextFactory<ServiceDatabase> databases, IOptions<TrainingOptions> options, TimeProvider time) : IPromotionDecisions, IDisposable
{
    /// <summary>
    /// Maximum time between two queries for queued jobs. The training thread also queries without a wake-up signal, because a signal can be lost after a
    /// database failure.
    /// </summary>
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(10);

    /// <summary>Time between two attempts to write the final state of a job to the database.</summary>
    private static readonly TimeSpan WriteAgain = TimeSpan.FromSeconds(1);

    private readonly UnwrittenJobEnds _ends = new();
    private readonly SemaphoreSlim _creating = new(1);
    private readonly SemaphoreSlim _queued = new(0);

    /// <summary>
    /// Raised after a job has changed. The argument is the job id; <c>null</c> means that any job may have changed. Handlers must be fast, because the training
    /// thread calls them.
    /// </summary>
    internal event Action<string?>? Changed;

    /// <summary>Whether the final state of a job is held in memory because writing it to the database failed.</summary>
    internal bool HasUnwrittenEnds => !_ends.IsEmpty;

    /// <summary>Adds a job to the queue.</summary>
    /// <param name="name">Display name; <c>null</c> for an unnamed job.</param>
    /// <param name="settings">Settings of the job. Fields that the request omitted have their default values.</param>
    /// <param name="warnings">
    /// Warnings about the data sets, one sentence each. The warnings are stored with the job, because a data set may be deleted later.
    /// </param>
    /// <param name="cancellation">Canceled when the client disconnects.</param>
    /// <returns>The queued job, or <c>null</c> if the queue is full.</returns>
    internal async Task<TrainingJob?> TryCreateAsync(string? name, JobSettings settings, IReadOnlyList<string> warnings, CancellationToken cancellation)
    {
        await _creating.WaitAsync(cancellation); // no other request may add a job between the count and the insertion
        try
        {
            await using var database = await databases.CreateDbContextAsync(cancellation);
            if (await database.TrainingJobs.CountAsync(j => j.State == JobStates.Queued, cancellation) >= QueueCapacity) return null;
            var record = new TrainingJobRecord
            {
                Id = SortableId.New(time),
                Name = name,
                State = JobStates.Queued,
                CreatedAt = time.GetUtcNow(),
                SettingsJson = JsonSerializer.Serialize(settings, JobJson.Options),
                WarningsJson = warnings.Count == 0 ? null : JsonSerializer.Serialize(warnings, JobJson.Options),
            };
            database.TrainingJobs.Add(record);
            await database.SaveChangesAsync(cancellation);
            _queued.Release();
            return JobJson.ToJob(record);
        }
        finally
        {
            _creating.Release();
        }
    }

    /// <summary>Maximum number of queued jobs, not counting the running job (<see cref="TrainingOptions.QueueCapacity"/>).</summary>
    internal int QueueCapacity => options.Value.QueueCapacity;

    internal async Task<TrainingJob?> FindAsync(string id, CancellationToken cancellation)
    {
        var end = _ends.Find(id); // read before the row, so that a final state that is written between the two reads is not missed
        await using var database = await databases.CreateDbContextAsync(cancellation);
        return ToJob(await database.TrainingJobs.AsNoTracking().FirstOrDefaultAsync(j => j.Id == id, cancellation), end);
    }

    public PromotionDecision? FindDecision(string job) => Find(job)?.Promotion;

    /// <summary>Finds a job. Blocks on the database: call this on a dedicated thread.</summary>
    internal TrainingJob? Find(string id)
    {
        var end = _ends.Find(id); // read before the row, so that a final state that is written between the two reads is not missed
        using var database = databases.CreateDbContext();
        return ToJob(database.TrainingJobs.AsNoTracking().FirstOrDefault(j => j.Id == id), end);
    }

    /// <summary>
    /// Converts a database row to the job that clients see. <paramref name="end"/> is the final state of the job if it has not been written to the row yet;
    /// otherwise <c>null</c>.
    /// </summary>
    [return: NotNullIfNotNull(nameof(record))]
    private static TrainingJob? ToJob(TrainingJobRecord? record, JobEnd? end)
    {
        if (record is null) return null;
        var job = JobJson.ToJob(record);
        return end?.ApplyTo(job) ?? job;
    }

    /// <summary>Returns one page of the jobs, newest first, and the total number of matching jobs.</summary>
    /// <param name="state">State to filter by; <c>null</c> for all jobs.</param>
    /// <param name="page">Page number, from 1.</param>
    /// <param name="pageSize">Maximum number of jobs per page.</param>
    /// <param name="cancellation">Canceled when the client disconnects.</param>
    internal async Task<(IReadOnlyList<TrainingJob> Jobs, int Total)> ListAsync(JobState? state, int page, int pageSize, CancellationToken cancellation)
    {
        var ends = _ends.All;
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var jobs = database.TrainingJobs.AsNoTracking();
        if (state is { } wanted) jobs = UnwrittenJobEnds.SelectState(jobs, wanted, ends);
        var records = await jobs.OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id)
            .Skip((page - 1) * pageSize).Take(pageSize).ToListAsync(cancellation);
        return ([.. records.Select(record => ToJob(record, ends.FirstOrDefault(end => end.Id == record.Id)))], await jobs.CountAsync(cancellation));
    }

    /// <summary>Blocks the training thread until a job is queued, then marks the oldest queued job as running and returns it.</summary>
    internal TrainingJob TakeNext(CancellationToken stopping)
    {
        while (true)
        {
            _queued.Wait(_ends.IsEmpty ? LookAnyway : WriteAgain, stopping);
            if (!_ends.TryWrite(Write)) continue;
            using var database = databases.CreateDbContext();
            // The training thread runs no job at this point. A row in the state running therefore belongs to a job whose final state was lost. This job becomes
            // interrupted, and a client can resume it.
            if (database.InterruptJobs(time.GetUtcNow()) > 0) Changed?.Invoke(null);
            var oldest = database.TrainingJobs.AsNoTracking().Where(j => j.State == JobStates.Queued).OrderBy(j => j.CreatedAt).ThenBy(j => j.Id).FirstOrDefault();
            if (oldest is not null && Move(database, oldest.Id, JobState.Queued, JobState.Running)) return JobJson.ToJob(oldest) with { State = JobState.Running };
        }
    }

    /// <returns><c>true</c> if the job was queued and is now canceled; <c>false</c> if the job does not exist or was not queued.</returns>
    internal bool TryCancelQueued(string id)
    {
        using var database = databases.CreateDbContext();
        return Move(database, id, JobState.Queued, JobState.Cancelled);
    }

    /// <summary>Queues an interrupted, canceled or failed job again. A diverged job cannot be resumed, because it would diverge again.</summary>
    /// <param name="cancellation">Canceled when the client disconnects.</param>
    /// <param name="hasCheckpoint">
    /// Returns whether the job has a checkpoint. Without a checkpoint, the progress and the epochs are cleared, because the job restarts from the beginning. If
    /// this parameter is <c>null</c>, the progress and the epochs are kept.
    /// </param>
    /// <returns><c>true</c> if the job was queued; <c>false</c> if the job does not exist or cannot be resumed; <c>null</c> if the queue is full.</returns>
    internal async Task<bool?> TryResumeAsync(string id, CancellationToken cancellation, Func<string, bool>? hasCheckpoint = null)
    {
        await _creating.WaitAsync(cancellation);
        try
        {
            await using var database = await databases.CreateDbContextAsync(cancellation);
            if (await database.TrainingJobs.CountAsync(j => j.State == JobStates.Queued, cancellation) >= QueueCapacity) return null;
            _ends.Write(Write); // the query below checks the state in the row, so final states that are only in memory are written first
            var resumable = database.TrainingJobs.Where(j => j.Id == id && (j.State == JobStates.Interrupted || j.State == JobStates.Cancelled
                || (j.State == JobStates.Failed && !(j.ErrorJson ?? "").Contains(JobError.DivergedJson))));
            if (await resumable.QueueAsync(cancellation) == 0) return false;
            if (hasCheckpoint?.Invoke(id) == false)
            {
                await database.TrainingJobs.Where(j => j.Id == id)
                    .ExecuteUpdateAsync(update => update.SetProperty(j => j.ProgressJson, (string?)null).SetProperty(j => j.EpochsJson, "[]"), cancellation);
            }
            _queued.Release();
            Changed?.Invoke(id);
            return true;
        }
        finally
        {
            _creating.Release();
        }
    }

    /// <summary>
    /// Recovers the jobs at startup. Jobs that were running become interrupted; queued jobs stay queued. With <c>ResumeOnStart</c>, all interrupted jobs are
    /// queued again.
    /// </summary>
    /// <returns>Number of jobs that became interrupted.</returns>
    internal async Task<int> RecoverAsync(CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var interrupted = database.InterruptJobs(time.GetUtcNow());
        if (options.Value.ResumeOnStart) await database.TrainingJobs.Where(j => j.State == JobStates.Interrupted).QueueAsync(cancellation);
        var queued = await database.TrainingJobs.CountAsync(j => j.State == JobStates.Queued, cancellation);
        if (queued > 0) _queued.Release(queued);
        return interrupted;
    }

    /// <summary>
    /// Names of the job states that <see cref="RecoverAsync"/> handles. If no job is in one of these states, <see cref="RecoverAsync"/> need not be called.
    /// </summary>
    internal string[] Recoverable => options.Value.ResumeOnStart ? [JobStates.Queued, JobStates.Running, JobStates.Interrupted] : [JobStates.Queued, JobStates.Running];

    /// <summary>Runs a query so that EF Core builds its model now instead of during the first request.</summary>
    internal void WarmUp()
    {
        using var database = databases.CreateDbContext();
        _ = database.TrainingJobs.AsNoTracking().FirstOrDefault(j => j.State == JobStates.Running);
    }

    internal void Report(string id, TrainingProgress progress)
    {
        using var database = databases.CreateDbContext();
        var json = JsonSerializer.Serialize(progress, JobJson.Options);
        database.TrainingJobs.Where(j => j.Id == id).ExecuteUpdate(u => u.SetProperty(j => j.ProgressJson, json));
        Changed?.Invoke(id);
    }

    internal void Report(string id, IReadOnlyList<EpochResult> epochs)
    {
        using var database = databases.CreateDbContext();
        var json = JsonSerializer.Serialize(epochs, JobJson.Options);
        database.TrainingJobs.Where(j => j.Id == id).ExecuteUpdate(u => u.SetProperty(j => j.EpochsJson, json));
        Changed?.Invoke(id);
    }

    /// <summary>
    /// Ends a running job: writes the final state and all results in one update. A job that is not running is left unchanged. If the write fails, the final
    /// state is kept in memory and shown to clients, and <see cref="TakeNext"/> tries the write again.
    /// </summary>
    internal void Finish(string id, JobState state, ModelCard? model = null, PromotionDecision? promotion = null, JobError? error = null)
    {
        _ends.Add(new(id, state, time.GetUtcNow(), model, promotion, error));
        if (!_ends.TryWrite(Write)) Changed?.Invoke(id);
    }

    /// <summary>Tries once more to write the final states that are kept in memory. Called before the process exits.</summary>
    /// <returns>
    /// <c>false</c> if a write failed. The final states that were not written are lost; the next start of the service marks their jobs as interrupted.
    /// </returns>
    internal bool TryWriteEnds() => _ends.TryWrite(Write);

    private void Write(JobEnd end)
    {
        using var database = databases.CreateDbContext();
        end.WriteTo(database);
        Changed?.Invoke(end.Id);
    }

    /// <returns><c>true</c> if the job was deleted; <c>false</c> if the job does not exist, is queued or is running.</returns>
    internal async Task<bool> TryDeleteAsync(string id, CancellationToken cancellation)
    {
        _ends.Write(Write);
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var deleted = await database.TrainingJobs
            .Where(j => j.Id == id && j.State != JobStates.Queued && j.State != JobStates.Running)
            .ExecuteDeleteAsync(cancellation) > 0;
        if (deleted) Changed?.Invoke(id);
        return deleted;
    }

    /// <returns><c>false</c> if the job does not exist.</returns>
    internal async Task<bool> TryRenameAsync(string id, string name, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var renamed = await database.TrainingJobs.Where(j => j.Id == id).ExecuteUpdateAsync(update => update.SetProperty(j => j.Name, name), cancellation) > 0;
        if (renamed) Changed?.Invoke(id);
        return renamed;
    }

    /// <summary>Runs an action while the job is neither queued nor running. The job cannot be resumed during the action.</summary>
    /// <returns><c>false</c> if the job is queued or running; the action was not run.</returns>
    internal bool TryWhileAtRest(string id, Action action)
    {
        _creating.Wait();
        try
        {
            using var database = databases.CreateDbContext();
            if (database.TrainingJobs.Any(j => j.Id == id && (j.State == JobStates.Queued || j.State == JobStates.Running))) return false;
            action();
            return true;
        }
        finally
        {
            _creating.Release();
        }
    }

    private bool Move(ServiceDatabase database, string id, JobState from, JobState to)
    {
        var moved = database.TryMoveJob(id, from, to, time.GetUtcNow());
        if (moved) Changed?.Invoke(id);
        return moved;
    }

    public void Dispose()
    {
        _creating.Dispose();
        _queued.Dispose();
    }
}
