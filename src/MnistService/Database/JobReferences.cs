using Microsoft.EntityFrameworkCore;

namespace MnistService.Database;

/// <summary>Finds the training jobs that still need a stored file: their checkpoint, or the model whose weights they start from.</summary>
internal sealed class JobReferences(IDbContextFactory<ServiceDatabase> databases)
{
    /// <summary>Returns the ids of the jobs whose checkpoint may still be needed: all jobs except those that succeeded or diverged.</summary>
    internal HashSet<string> FindWithCheckpoint()
    {
        using var database = databases.CreateDbContext();
        return database.TrainingJobs.AsNoTracking().Where(j => j.State != JobStates.Succeeded && !(j.State == JobStates.Failed && (j.ErrorJson ?? "").Contains(JobError.DivergedJson)))
            .Select(j => j.Id).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Returns whether a queued, running or interrupted job starts from the weights of this model.</summary>
    internal bool IsStartOfUnfinished(string model)
    {
        using var database = databases.CreateDbContext();
        var named = $"\"startFrom\":\"{model}\"";
        return database.TrainingJobs.Any(j => JobStates.Unfinished.Contains(j.State) && j.SettingsJson.Contains(named));
    }
}
