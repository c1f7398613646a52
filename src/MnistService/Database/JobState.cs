using System.Text.Json;

namespace MnistService.Database;

/// <summary>State of a training job.</summary>
internal enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,

    /// <summary>The service stopped or crashed while the job ran. The job can be resumed.</summary>
    Interrupted,
}

/// <summary>Names of the job states in the database and in JSON.</summary>
internal static class JobStates
{
    internal const string Queued = "queued", Running = "running", Succeeded = "succeeded", Failed = "failed", Cancelled = "cancelled", Interrupted = "interrupted";

    /// <summary>
    /// States of jobs that wait, run, or can be resumed after an interruption. The data sets of such a job and the model that it starts from must not be
    /// deleted.
    /// </summary>
    internal static readonly string[] Unfinished = [Queued, Running, Interrupted];

    internal static string NameOf(JobState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());
}
