using System.Globalization;
using System.Text;
using System.Text.Json;
using MnistService.Database;

namespace MnistService.TrainingJobs;

/// <summary>
/// State of a job at one time, with its server-sent events as UTF-8 bytes. Each event is serialized once, on first use, for all event streams of the job.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class JobSnapshot
{
    internal const string State = "state", Progress = "progress", Epoch = "epoch";

    private readonly JsonSerializerOptions _json;
    private readonly Lazy<ReadOnlyMemory<byte>> _state, _progress;
    private readonly Lazy<ReadOnlyMemory<byte>>[] _epochs;

    internal JobSnapshot(TrainingJob job, JsonSerializerOptions json) : this(job, json, 1, 1, []) { }

    private JobSnapshot(TrainingJob job, JsonSerializerOptions json, int stateVersion, int progressVersion, Lazy<ReadOnlyMemory<byte>>[] epochs)
    {
        (Job, _json, StateVersion, ProgressVersion) = (job, json, stateVersion, progressVersion);
        // The event of the final state has the number of epochs as id, even if the job ended before its first epoch. EventSource sends this id when it
        // reconnects; the service then answers 204, and EventSource stops reconnecting.
        _state = new(() => EventOf(State, job, json, IsOver(job.State) ? job.Epochs.Count : null));
        _progress = new(() => EventOf(Progress, job.Progress!, json));
        _epochs = [.. epochs, .. job.Epochs.Skip(epochs.Length).Select((epoch, index) => new Lazy<ReadOnlyMemory<byte>>(() => EventOf(Epoch, epoch, json, epochs.Length + index + 1)))];
    }

    internal TrainingJob Job { get; }

    /// <summary>Version of the job's state. A client that last received a lower version must receive the state again.</summary>
    internal int StateVersion { get; }

    /// <summary>Version of the job's progress. A client that last received a lower version must receive the progress again.</summary>
    internal int ProgressVersion { get; }

    internal ReadOnlyMemory<byte> StateEvent => _state.Value;

    /// <summary>The job's progress as a server-sent event. Read it only if the progress of <see cref="Job"/> is not <c>null</c>.</summary>
    internal ReadOnlyMemory<byte> ProgressEvent => _progress.Value;

    /// <summary>Returns the result of an epoch as a server-sent event.</summary>
    /// <param name="index">Index of the epoch, from 0.</param>
    internal ReadOnlyMemory<byte> EpochEvent(int index) => _epochs[index].Value;

    /// <param name="job">The job as read from the database.</param>
    /// <param name="isHeartbeat">
    /// Whether the state event must be sent even if the job has not changed, so that proxies do not close the idle connection.
    /// </param>
    /// <returns>The snapshot of <paramref name="job"/>, or this instance if no event has to be sent.</returns>
    internal JobSnapshot Next(TrainingJob job, bool isHeartbeat)
    {
        var isNewState = isHeartbeat || job.State != Job.State;
        var isNewProgress = job.Progress is not null && job.Progress != Job.Progress;
        if (!isNewState && !isNewProgress && job.Epochs.Count == Job.Epochs.Count) return this;
        // A resumed job may have fewer or different epochs. The serialized epoch events are then not reused.
        var isContinued = job.Epochs.Take(_epochs.Length).SequenceEqual(Job.Epochs);
        return new(job, _json, StateVersion + (isNewState ? 1 : 0), ProgressVersion + (isNewProgress ? 1 : 0), isContinued ? _epochs : []);
    }

    internal static bool IsOver(JobState state) => state is not (JobState.Queued or JobState.Running);

    /// <summary>Formats one server-sent event. JSON without indentation has no line breaks, so a single <c>data</c> line is enough.</summary>
    private static ReadOnlyMemory<byte> EventOf(string type, object data, JsonSerializerOptions json, int? id = null)
    {
        var text = $"event: {type}\ndata: {JsonSerializer.Serialize(data, json)}\n";
        if (id is { } number) text += $"id: {number.ToString(CultureInfo.InvariantCulture)}\n";
        return Encoding.UTF8.GetBytes(text + "\n");
    }
}
