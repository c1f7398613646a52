using Microsoft.EntityFrameworkCore;
using MnistService.TrainingJobs;

namespace MnistService.Database;

/// <summary>The stored files that jobs still need: their checkpoints, and the models whose weights they start from.</summary>
internal sealed class JobReferences(IDbContextFactory<ServiceDatabase> databases)
{
    private static readonly string Succeeded = JobJson.Name(JobState.Succeeded), Failed = JobJson.Name(JobState.Failed);
    private static readonly string[] Unfinished = [.. new[] { JobState.Queued, JobState.Running, JobState.Interrupted }.Select(JobJson.Name)];

    /// <summary>Ids of the jobs that can use a checkpoint: all but those that succeeded or diverged.</summary>
    internal HashSet<string> FindWithCheckpoint()
    {
        using var database = databases.CreateDbContext();
        return database.TrainingJobs.AsNoTracking().Where(j => j.State != Succeeded && !(j.State == Failed && (j.ErrorJson ?? "").Contains(JobError.DivergedJson)))
            .Select(j => j.Id).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Whether a queued, running or interrupted job starts from a model's weights.</summary>
    internal bool IsStartOfUnfinished(string model)
    {
        using var database = databases.CreateDbContext();
        var named = $"\"startFrom\":\"{model}\"";
        return database.TrainingJobs.Any(j => Unfinished.Contains(j.State) && j.SettingsJson.Contains(named));
    }
}
