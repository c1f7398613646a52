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

internal static class JobStates
{
    /// <summary>Names of the states in which a job may still read its data set and its start model: queued, running and interrupted.</summary>
    internal static readonly string[] Unfinished = [NameOf(JobState.Queued), NameOf(JobState.Running), NameOf(JobState.Interrupted)];

    /// <summary>Returns the name of a state in the database and in JSON, such as <c>queued</c>.</summary>
    internal static string NameOf(JobState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());
}
