using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace MnistService.Training;

/// <summary>
/// A job as a stream of events: its state at once, then what changes, until it is over. The stream is read off the job's row, so that it
/// is the same whichever replica trains, and a client that comes back misses nothing: an epoch's event carries its number as id.
/// </summary>
internal sealed class JobEvents(TrainingJobs jobs, IHostApplicationLifetime lifetime, TimeProvider time)
{
    internal const string State = "state", Progress = "progress", Epoch = "epoch";

    /// <summary>The training thread reports twice a second.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>A state is repeated after so long without news, or whatever stands between takes the connection for dead.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <param name="job">As it stands now.</param>
    /// <param name="lastEpoch">The last epoch that the client has seen; 0 for none.</param>
    /// <param name="aborted">The client has gone.</param>
    internal async IAsyncEnumerable<SseItem<object>> FollowAsync(TrainingJob job, int lastEpoch, [EnumeratorCancellation] CancellationToken aborted)
    {
        // A stopping service ends its streams: EventSource comes back to the one that starts after it.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        TrainingJob? before = null;
        var told = time.GetTimestamp();
        while (true)
        {
            // The state that ends a job is told last, after its last epoch: a client may leave then.
            if (!IsOver(job.State) && (before?.State != job.State || time.GetElapsedTime(told) > Heartbeat))
            {
                yield return new(job, State);
                told = time.GetTimestamp();
            }
            if (job.Progress is { } progress && progress != before?.Progress)
            {
                yield return new(progress, Progress);
                told = time.GetTimestamp();
            }
            for (; lastEpoch < job.Epochs.Count; lastEpoch++)
                yield return new(job.Epochs[lastEpoch], Epoch) { EventId = (lastEpoch + 1).ToString(CultureInfo.InvariantCulture) };
            if (IsOver(job.State))
            {
                // With an id, also for a job that ended before its first epoch: EventSource says it when it comes back, and is told to stay away.
                yield return new(job, State) { EventId = job.Epochs.Count.ToString(CultureInfo.InvariantCulture) };
                yield break;
            }
            before = job;
            try
            {
                await Task.Delay(Interval, time, ending.Token);
                if (await jobs.FindAsync(job.Id, ending.Token) is not { } now) yield break; // it was deleted
                job = now;
            }
            catch (OperationCanceledException)
            {
                yield break;
            }
        }
    }

    internal static bool IsOver(JobState state) => state is not (JobState.Queued or JobState.Running);
}
