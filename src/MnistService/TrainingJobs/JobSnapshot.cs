using System.Globalization;
using System.Text;
using System.Text.Json;
using MnistService.Database;

namespace MnistService.TrainingJobs;

/// <summary>A job at one moment, and its events as bytes: each is serialized once, when the first watcher needs it, and shared by all of them.</summary>
/// <remarks>Immutable; safe for all threads.</remarks>
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
        // With an id when it is the last event, also of a job that ended before its first epoch: EventSource sends it when it comes back, and is told to stay away.
        _state = new(() => EventOf(State, job, json, IsOver(job.State) ? job.Epochs.Count : null));
        _progress = new(() => EventOf(Progress, job.Progress!, json));
        _epochs = [.. epochs, .. job.Epochs.Skip(epochs.Length).Select((epoch, index) => new Lazy<ReadOnlyMemory<byte>>(() => EventOf(Epoch, epoch, json, epochs.Length + index + 1)))];
    }

    internal TrainingJob Job { get; }

    /// <summary>Higher than before when the state is to be sent again.</summary>
    internal int StateVersion { get; }

    /// <summary>Higher than before when the progress is to be sent again.</summary>
    internal int ProgressVersion { get; }

    internal ReadOnlyMemory<byte> StateEvent => _state.Value;

    /// <summary>For a job with progress.</summary>
    internal ReadOnlyMemory<byte> ProgressEvent => _progress.Value;

    /// <param name="index">From 0.</param>
    internal ReadOnlyMemory<byte> EpochEvent(int index) => _epochs[index].Value;

    /// <returns>What watchers have to send next; this instance when there is nothing to send.</returns>
    internal JobSnapshot Next(TrainingJob job, bool isHeartbeat)
    {
        var isNewState = isHeartbeat || job.State != Job.State;
        var isNewProgress = job.Progress is not null && job.Progress != Job.Progress;
        if (!isNewState && !isNewProgress && job.Epochs.Count == Job.Epochs.Count) return this;
        // A resumed job may have fewer epochs than it had, and others.
        var isContinued = job.Epochs.Take(_epochs.Length).SequenceEqual(Job.Epochs);
        return new(job, _json, StateVersion + (isNewState ? 1 : 0), ProgressVersion + (isNewProgress ? 1 : 0), isContinued ? _epochs : []);
    }

    internal static bool IsOver(JobState state) => state is not (JobState.Queued or JobState.Running);

    /// <summary>One server-sent event. JSON has no line breaks, so it is one line of data.</summary>
    private static ReadOnlyMemory<byte> EventOf(string type, object data, JsonSerializerOptions json, int? id = null)
    {
        var text = $"event: {type}\ndata: {JsonSerializer.Serialize(data, json)}\n";
        if (id is { } number) text += $"id: {number.ToString(CultureInfo.InvariantCulture)}\n";
        return Encoding.UTF8.GetBytes(text + "\n");
    }
}
