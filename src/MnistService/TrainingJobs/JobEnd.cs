using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using MnistService.Database;
using MnistService.Model.Registry;
using MnistService.ModelRegistry;

namespace MnistService.TrainingJobs;

/// <summary>How a running job ended: all that its row is given, in one write.</summary>
internal sealed record JobEnd(string Id, JobState State, DateTimeOffset At, ModelCard? Model, ActivationDecision? Activation, JobError? Error)
{
    /// <summary>The job as its row will be. A job that does not run is left as it is, as in the database.</summary>
    internal TrainingJob ApplyTo(TrainingJob job) => job.State != JobState.Running
        ? job
        : job with
        {
            State = State,
            FinishedAt = At,
            Model = Model?.Id,
            Test = Model?.Test,
            Activation = Activation,
            Error = Error,
            Epochs = Model?.Training?.Epochs ?? job.Epochs,
        };
}

/// <summary>
/// Ends of jobs that the database has not taken yet, because the disk is full, say. They are what clients are told meanwhile; if the process dies, the job is found
/// interrupted at the next start, and can be resumed.
/// </summary>
/// <remarks>Safe for all threads.</remarks>
internal sealed class UnwrittenJobEnds
{
    private readonly ConcurrentDictionary<string, JobEnd> _ends = new();
    private readonly Lock _writing = new();

    internal bool IsEmpty => _ends.IsEmpty;

    internal IReadOnlyCollection<JobEnd> All => _ends.IsEmpty ? [] : [.. _ends.Values];

    internal JobEnd? Find(string id) => _ends.GetValueOrDefault(id);

    internal void Add(JobEnd end) => _ends[end.Id] = end;

    /// <param name="write">Writes one to the database.</param>
    /// <exception cref="DbException">The database does not take them; they are kept.</exception>
    internal void Write(Action<JobEnd> write)
    {
        if (_ends.IsEmpty) return;
        // One writer at a time: a second one could end a run of the job that was begun after the first one's write.
        lock (_writing)
        {
            foreach (var end in _ends.Values)
            {
                write(end);
                _ends.TryRemove(end.Id, out _);
            }
        }
    }

    /// <returns>False when the database does not take them; they are kept.</returns>
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
