using Microsoft.EntityFrameworkCore;

namespace MnistService.Database;

/// <summary>
/// Changes the states of training jobs. Each change is one SQL update with a condition on the old state, so only one of several concurrent callers succeeds.
/// </summary>
internal static class JobTransitions
{
    /// <summary>Sets the state of the selected jobs to queued, and deletes their end times and errors.</summary>
    /// <returns>Number of queued jobs.</returns>
    internal static Task<int> QueueAsync(this IQueryable<TrainingJobRecord> jobs, CancellationToken cancellation) => jobs.ExecuteUpdateAsync(
        update => update.SetProperty(j => j.State, JobStates.Queued).SetProperty(j => j.FinishedAt, (DateTimeOffset?)null).SetProperty(j => j.ErrorJson, (string?)null), cancellation);

    /// <summary>Marks all running jobs as interrupted.</summary>
    /// <returns>Number of interrupted jobs.</returns>
    internal static int InterruptJobs(this ServiceDatabase database, DateTimeOffset now) => database.TrainingJobs.Where(j => j.State == JobStates.Running)
        .ExecuteUpdate(update => update.SetProperty(j => j.State, JobStates.Interrupted).SetProperty(j => j.FinishedAt, now));

    /// <summary>Changes the state of a job. Sets the start time of the job if the new state is <c>Running</c>, otherwise its end time.</summary>
    /// <returns><c>false</c> if the job does not exist or is not in the state <paramref name="from"/>. The job is then unchanged.</returns>
    internal static bool TryMoveJob(this ServiceDatabase database, string id, JobState from, JobState to, DateTimeOffset now)
    {
        var (before, after) = (JobStates.NameOf(from), JobStates.NameOf(to));
        var jobs = database.TrainingJobs.Where(j => j.Id == id && j.State == before);
        return (to == JobState.Running
            ? jobs.ExecuteUpdate(u => u.SetProperty(j => j.State, after).SetProperty(j => j.StartedAt, now))
            : jobs.ExecuteUpdate(u => u.SetProperty(j => j.State, after).SetProperty(j => j.FinishedAt, now))) == 1;
    }
}
