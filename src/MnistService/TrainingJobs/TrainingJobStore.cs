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
/// The jobs, in the database: written before they are acknowledged, and the queue itself, so that a restart forgets nothing.
/// Each change of state is one conditional update, so a job is started, cancelled or finished once, whoever races.
/// </summary>
internal sealed class TrainingJobStore(
    IDbContextFactory<ServiceDatabase> databases, IOptions<TrainingOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>The queue is the table. That something was added to it is only a hint, which a failure of the database may swallow.</summary>
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(10);

    /// <summary>While an end of a job waits to be written.</summary>
    private static readonly TimeSpan WriteAgain = TimeSpan.FromSeconds(1);

    private readonly UnwrittenJobEnds _ends = new();
    private readonly SemaphoreSlim _creating = new(1);
    private readonly SemaphoreSlim _queued = new(0);

    /// <summary>Raised after a job has changed, with its id; null: any may have. Handlers must be fast, for the training thread calls them.</summary>
    internal event Action<string?>? Changed;

    /// <summary>Ends of jobs are kept in memory, because the database does not take them.</summary>
    internal bool HasUnwrittenEnds => !_ends.IsEmpty;

    /// <param name="name">For people.</param>
    /// <param name="settings">What it is to do.</param>
    /// <param name="warnings">Sentences about its data, kept with the job: the data set may be deleted before the job is read.</param>
    /// <param name="cancellation">The client has disconnected.</param>
    /// <returns>The job, or null when as many wait as may.</returns>
    internal async Task<TrainingJob?> TryCreateAsync(string? name, JobSettings settings, IReadOnlyList<string> warnings, CancellationToken cancellation)
    {
        await _creating.WaitAsync(cancellation); // counting and adding are one step
        try
        {
            await using var database = await databases.CreateDbContextAsync(cancellation);
            if (await database.TrainingJobs.CountAsync(j => j.State == Names.Queued, cancellation) >= options.Value.QueueCapacity) return null;
            var record = new TrainingJobRecord
            {
                Id = SortableId.New(time),
                Name = name,
                State = Names.Queued,
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

    internal async Task<TrainingJob?> FindAsync(string id, CancellationToken cancellation)
    {
        var end = _ends.Find(id); // before the row is read: afterwards it may have been written, and the row would be older
        await using var database = await databases.CreateDbContextAsync(cancellation);
        if (await database.TrainingJobs.AsNoTracking().FirstOrDefaultAsync(j => j.Id == id, cancellation) is not { } record) return null;
        var job = JobJson.ToJob(record);
        return end?.ApplyTo(job) ?? job;
    }

    /// <summary>Blocks: for dedicated threads.</summary>
    internal TrainingJob? Find(string id)
    {
        var end = _ends.Find(id); // before the row is read, as in FindAsync
        using var database = databases.CreateDbContext();
        if (database.TrainingJobs.AsNoTracking().FirstOrDefault(j => j.Id == id) is not { } record) return null;
        var job = JobJson.ToJob(record);
        return end?.ApplyTo(job) ?? job;
    }

    /// <summary>Newest first.</summary>
    internal async Task<(IReadOnlyList<TrainingJob> Jobs, int Total)> ListAsync(JobState? state, int page, int pageSize, CancellationToken cancellation)
    {
        var ends = _ends.All;
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var jobs = database.TrainingJobs.AsNoTracking();
        if (state is { } wanted)
        {
            var name = Names.Of(wanted);
            List<string> ended = [.. ends.Select(end => end.Id)], endedSo = [.. ends.Where(end => end.State == wanted).Select(end => end.Id)];
            jobs = ends.Count == 0
                ? jobs.Where(j => j.State == name)
                : jobs.Where(j => j.State == Names.Running && ended.Contains(j.Id) ? endedSo.Contains(j.Id) : j.State == name);
        }
        var records = await jobs.OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id)
            .Skip((page - 1) * pageSize).Take(pageSize).ToListAsync(cancellation);
        return ([.. records.Select(ToJob)], await jobs.CountAsync(cancellation));

        TrainingJob ToJob(TrainingJobRecord record)
        {
            var job = JobJson.ToJob(record);
            return ends.FirstOrDefault(end => end.Id == job.Id)?.ApplyTo(job) ?? job;
        }
    }

    /// <summary>Blocks the training thread until a job waits, and takes the oldest.</summary>
    internal TrainingJob TakeNext(CancellationToken stopping)
    {
        while (true)
        {
            _queued.Wait(_ends.IsEmpty ? LookAnyway : WriteAgain, stopping);
            if (!_ends.TryWrite(Write)) continue;
            using var database = databases.CreateDbContext();
            // Nothing runs now: a job that says so could not have its end written down. It can be resumed.
            if (Interrupt(database) > 0) Changed?.Invoke(null);
            var oldest = database.TrainingJobs.AsNoTracking().Where(j => j.State == Names.Queued).OrderBy(j => j.CreatedAt).ThenBy(j => j.Id).FirstOrDefault();
            if (oldest is not null && Move(database, oldest.Id, JobState.Queued, JobState.Running)) return JobJson.ToJob(oldest) with { State = JobState.Running };
        }
    }

    /// <returns>False when it was not queued any more.</returns>
    internal bool TryCancelQueued(string id)
    {
        using var database = databases.CreateDbContext();
        return Move(database, id, JobState.Queued, JobState.Cancelled);
    }

    /// <summary>Queues a job again that was interrupted or cancelled, or failed for a reason that may pass.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellation">Of the request.</param>
    /// <param name="hasCheckpoint">Without a checkpoint the job begins anew: its progress and epochs are cleared. Null keeps them.</param>
    /// <returns>True; false when it is in another state or not there; null when as many wait as may.</returns>
    internal async Task<bool?> TryResumeAsync(string id, CancellationToken cancellation, Func<string, bool>? hasCheckpoint = null)
    {
        await _creating.WaitAsync(cancellation);
        try
        {
            await using var database = await databases.CreateDbContextAsync(cancellation);
            if (await database.TrainingJobs.CountAsync(j => j.State == Names.Queued, cancellation) >= options.Value.QueueCapacity) return null;
            _ends.Write(Write); // what its row does not say yet
            var resumable = database.TrainingJobs.Where(j => j.Id == id && (j.State == Names.Interrupted || j.State == Names.Cancelled
                || (j.State == Names.Failed && !(j.ErrorJson ?? "").Contains(JobError.DivergedJson))));
            if (await Queue(resumable, cancellation) == 0) return false;
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
    /// At start: what a dead process left running was interrupted, and what was queued still is. By setting, what was interrupted is queued again.
    /// </summary>
    /// <returns>How many were interrupted.</returns>
    internal async Task<int> RecoverAsync(CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var interrupted = Interrupt(database);
        if (options.Value.ResumeOnStart) await Queue(database.TrainingJobs.Where(j => j.State == Names.Interrupted), cancellation);
        var queued = await database.TrainingJobs.CountAsync(j => j.State == Names.Queued, cancellation);
        if (queued > 0) _queued.Release(queued);
        return interrupted;
    }

    /// <summary>The states that <see cref="RecoverAsync"/> does something about.</summary>
    internal string[] Recoverable => options.Value.ResumeOnStart ? [Names.Queued, Names.Running, Names.Interrupted] : [Names.Queued, Names.Running];

    /// <summary>Reads, for the sake of EF Core's first use: it builds its model, which takes some tenths of a second.</summary>
    internal void WarmUp()
    {
        using var database = databases.CreateDbContext();
        _ = database.TrainingJobs.AsNoTracking().FirstOrDefault(j => j.State == Names.Running);
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
    /// Ends a running job: its final state and all that came of it, in one write. One that does not run is left as it is. When the database does not take it, the
    /// end is kept in memory, shown, and written as soon as it can be (<see cref="TakeNext"/>).
    /// </summary>
    internal void Finish(string id, JobState state, ModelCard? model = null, ActivationDecision? activation = null, JobError? error = null)
    {
        _ends.Add(new(id, state, time.GetUtcNow(), model, activation, error));
        if (!_ends.TryWrite(Write)) Changed?.Invoke(id);
    }

    /// <summary>One more attempt before the process ends.</summary>
    /// <returns>False when an end is lost.</returns>
    internal bool TryWriteEnds() => _ends.TryWrite(Write);

    private void Write(JobEnd end)
    {
        using var database = databases.CreateDbContext();
        var (name, test, decision, failure) = (Names.Of(end.State), Json(end.Model?.Test), Json(end.Activation), Json(end.Error));
        var running = database.TrainingJobs.Where(j => j.Id == end.Id && j.State == Names.Running);
        running.ExecuteUpdate(update =>
        {
            update.SetProperty(j => j.State, name).SetProperty(j => j.FinishedAt, end.At).SetProperty(j => j.ModelId, end.Model?.Id)
                .SetProperty(j => j.TestJson, test).SetProperty(j => j.ActivationJson, decision).SetProperty(j => j.ErrorJson, failure);
            if (end.Model?.Training is { } training) update.SetProperty(j => j.EpochsJson, JsonSerializer.Serialize(training.Epochs, JobJson.Options));
        });
        Changed?.Invoke(end.Id);
    }

    /// <returns>False when the job is not in a final state, or not there.</returns>
    internal async Task<bool> TryDeleteAsync(string id, CancellationToken cancellation)
    {
        _ends.Write(Write);
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var deleted = await database.TrainingJobs
            .Where(j => j.Id == id && j.State != Names.Queued && j.State != Names.Running)
            .ExecuteDeleteAsync(cancellation) > 0;
        if (deleted) Changed?.Invoke(id);
        return deleted;
    }

    /// <summary>Runs an action while a job neither runs nor is queued, and cannot be resumed.</summary>
    /// <returns>False if it runs or is queued.</returns>
    internal bool TryWhileAtRest(string id, Action action)
    {
        _creating.Wait();
        try
        {
            using var database = databases.CreateDbContext();
            if (database.TrainingJobs.Any(j => j.Id == id && (j.State == Names.Queued || j.State == Names.Running))) return false;
            action();
            return true;
        }
        finally
        {
            _creating.Release();
        }
    }

    private static Task<int> Queue(IQueryable<TrainingJobRecord> jobs, CancellationToken cancellation) => jobs.ExecuteUpdateAsync(
        update => update.SetProperty(j => j.State, Names.Queued).SetProperty(j => j.FinishedAt, (DateTimeOffset?)null).SetProperty(j => j.ErrorJson, (string?)null), cancellation);

    private static string? Json<T>(T? value) where T : class => value is null ? null : JsonSerializer.Serialize(value, JobJson.Options);

    private int Interrupt(ServiceDatabase database)
    {
        var now = time.GetUtcNow();
        return database.TrainingJobs.Where(j => j.State == Names.Running)
            .ExecuteUpdate(update => update.SetProperty(j => j.State, Names.Interrupted).SetProperty(j => j.FinishedAt, now));
    }

    private bool Move(ServiceDatabase database, string id, JobState from, JobState to)
    {
        var (before, after, now) = (Names.Of(from), Names.Of(to), time.GetUtcNow());
        var jobs = database.TrainingJobs.Where(j => j.Id == id && j.State == before);
        var moved = (to == JobState.Running
            ? jobs.ExecuteUpdate(u => u.SetProperty(j => j.State, after).SetProperty(j => j.StartedAt, now))
            : jobs.ExecuteUpdate(u => u.SetProperty(j => j.State, after).SetProperty(j => j.FinishedAt, now))) == 1;
        if (moved) Changed?.Invoke(id);
        return moved;
    }

    public void Dispose()
    {
        _creating.Dispose();
        _queued.Dispose();
    }

    /// <summary>The states as they stand in the database.</summary>
    private static class Names
    {
        internal const string Queued = "queued", Running = "running", Interrupted = "interrupted", Cancelled = "cancelled", Failed = "failed";

        internal static string Of(JobState state) => JobJson.Name(state);
    }
}
