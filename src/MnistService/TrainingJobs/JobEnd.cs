using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MnistService.Database;
using MnistService.Model.Registry;
using MnistService.ModelRegistry;

namespace MnistService.TrainingJobs;

/// <summary>Final state and results of one run of a training job. <see cref="WriteTo"/> writes them to the job's database row in one update.</summary>
/// <param name="Id">Job id.</param>
/// <param name="State">Final state.</param>
/// <param name="At">Time at which the run ended.</param>
/// <param name="Model">Card of the trained model; <c>null</c> unless the job succeeded.</param>
/// <param name="Promotion">Decision about the promotion of the model; <c>null</c> unless the job succeeded.</param>
/// <param name="Error">Reason for the failure; <c>null</c> unless the job failed.</param>
internal sealed record JobEnd(string Id, JobState State, DateTimeOffset At, ModelCard? Model, PromotionDecision? Promotion, JobError? Error)
{
    /// <summary>
    /// Returns a copy of a running job with this final state and its results. Returns a job that is not running unchanged, as <see cref="WriteTo"/> does in the
    /// database.
    /// </summary>
    internal TrainingJob ApplyTo(TrainingJob job) => job.State != JobState.Running
        ? job
        : job with
        {
            State = State,
            FinishedAt = At,
            Model = Model?.Id,
            Test = Model?.Test,
            Promotion = Promotion,
            Error = Error,
            Epochs = Model?.Training?.Epochs ?? job.Epochs,
        };

    /// <summary>Writes this final state and the results to the row of the job in one update. The row of a job that is not running is left unchanged.</summary>
    /// <exception cref="DbException">The row cannot be written.</exception>
    internal void WriteTo(ServiceDatabase database)
    {
        var (name, test, decision, failure) = (JobStates.NameOf(State), Json(Model?.Test), Json(Promotion), Json(Error));
        database.TrainingJobs.Where(j => j.Id == Id && j.State == JobStates.Running).ExecuteUpdate(update =>
        {
            update.SetProperty(j => j.State, name).SetProperty(j => j.FinishedAt, At).SetProperty(j => j.ModelId, Model?.Id)
                .SetProperty(j => j.TestJson, test).SetProperty(j => j.PromotionJson, decision).SetProperty(j => j.ErrorJson, failure);
            if (Model?.Training is { } training) update.SetProperty(j => j.EpochsJson, JsonSerializer.Serialize(training.Epochs, JobJson.Options));
        });

        static string? Json<T>(T? value) where T : class => value is null ? null : JsonSerializer.Serialize(value, JobJson.Options);
    }
}

/// <summary>
/// Final states of jobs that could not be written to the database, for example because the disk is full. Clients see these states nevertheless. If the process
/// exits before a write succeeds, the next start marks the job as interrupted, and a client can resume it.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class UnwrittenJobEnds
{
    private readonly ConcurrentDictionary<string, JobEnd> _ends = new();
    private readonly Lock _writing = new();

    internal bool IsEmpty => _ends.IsEmpty;

    internal IReadOnlyCollection<JobEnd> All => _ends.IsEmpty ? [] : [.. _ends.Values];

    internal JobEnd? Find(string id) => _ends.GetValueOrDefault(id);

    internal void Add(JobEnd end) => _ends[end.Id] = end;

    /// <summary>Selects the jobs that clients see in a state. For a running job with an unwritten final state, clients see that final state.</summary>
    /// <param name="ends">The unwritten final states (<see cref="All"/>), which the caller also applies to the selected jobs.</param>
    internal static IQueryable<TrainingJobRecord> SelectState(IQueryable<TrainingJobRecord> jobs, JobState state, IReadOnlyCollection<JobEnd> ends)
    {
        var name = JobStates.NameOf(state);
        if (ends.Count == 0) return jobs.Where(j => j.State == name);
        List<string> ended = [.. ends.Select(end => end.Id)], inState = [.. ends.Where(end => end.State == state).Select(end => end.Id)];
        return jobs.Where(j => j.State == JobStates.Running && ended.Contains(j.Id) ? inState.Contains(j.Id) : j.State == name);
    }

    /// <summary>Writes to the database all final states that are kept in memory. Removes each final state from memory after it was written.</summary>
    /// <param name="write">Writes one final state to the database.</param>
    /// <exception cref="DbException">A write failed. The final states that were not written are kept in memory.</exception>
    internal void Write(Action<JobEnd> write)
    {
        if (_ends.IsEmpty) return;
        // One writer at a time. A second writer could repeat a write after a client had resumed the job, and would then end the new run.
        lock (_writing)
        {
            foreach (var end in _ends.Values)
            {
                write(end);
                _ends.TryRemove(end.Id, out _);
            }
        }
    }

    /// <returns><c>false</c> if a write to the database failed. The final states that were not written are kept in memory for the next attempt.</returns>
    internal bool TryWrite(Action<JobEnd> write)
    {
        try
        {
            Write(write);
            return true;
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            return false;
        }
    }
}
