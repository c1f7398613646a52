using MnistService.Connections;
using MnistService.Http;
using MnistService.Security;

namespace MnistService.TrainingJobs;

/// <summary>
/// Streams a job as server-sent events: first the current state, then each change, until the job ends or is deleted. The id of an epoch event is the epoch
/// number, so a client that reconnects with this id misses no epoch. The stream also ends when the service stops, when the client's API key is removed, or when
/// the client sends more data on its HTTP/1 connection.
/// </summary>
internal sealed class JobEvents(JobFeeds feeds, ApiKeyRevocation revocation, IHostApplicationLifetime lifetime)
{
    /// <param name="http">Context of the request. The caller must hold a permit from <see cref="JobWatchers.TryEnter"/>.</param>
    /// <param name="job">Current state of the job.</param>
    /// <param name="lastEpoch">Number of the last epoch that the client has received; 0 if it has received no epoch.</param>
    internal async Task SendAsync(HttpContext http, TrainingJob job, int lastEpoch)
    {
        LongAnswer.Begin(http, "text/event-stream");
        if (HeadRequests.IsHead(http)) return;
        // Never disposed: the removal of an API key may cancel this source at any time.
        var ending = new CancellationTokenSource();
        using var aborted = http.RequestAborted.Register(ending.Cancel);
        // The stream ends when the service stops, so that EventSource reconnects to the next process.
        using var stopping = lifetime.ApplicationStopping.Register(ending.Cancel);
        using var key = revocation.CancelWhenRevoked(http, ending);
        var input = LongAnswer.EndWithInputAsync(http, ending);
        try
        {
            await FollowAsync(http.Response, job, lastEpoch, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Expected when the stream ends. All events that were sent are complete.
        }
        finally
        {
            await ending.CancelAsync();
            await input; // EndWithInputAsync must stop reading from the connection before Kestrel continues to read
        }
    }

    private async Task FollowAsync(HttpResponse response, TrainingJob job, int lastEpoch, CancellationToken ending)
    {
        if (JobSnapshot.IsOver(job.State))
        {
            await WriteAsync(response, feeds.SnapshotOf(job), null, lastEpoch, ending);
            return;
        }
        var feed = feeds.Join(job);
        try
        {
            JobSnapshot? sent = null;
            while (true)
            {
                var (snapshot, news) = feed.Current;
                if (snapshot is null) return; // no snapshot: the job was deleted, or the feed failed
                if (snapshot != sent) lastEpoch = await WriteAsync(response, snapshot, sent, lastEpoch, ending);
                if (JobSnapshot.IsOver(snapshot.Job.State)) return;
                sent = snapshot;
                await news.WaitAsync(ending);
            }
        }
        finally
        {
            feeds.Leave(feed);
        }
    }

    /// <summary>
    /// Sends the server-sent events for the differences between the snapshots <paramref name="sent"/> and <paramref name="now"/> of a job. If the client reads
    /// slowly, waits until Kestrel's response buffer has room (back-pressure).
    /// </summary>
    /// <param name="sent">The snapshot that was last sent to this client; <c>null</c> if none was sent.</param>
    /// <param name="lastEpoch">Number of the last epoch that the client has received; 0 if it has received no epoch.</param>
    /// <returns>Number of the last epoch that the client has received after this call.</returns>
    private static async Task<int> WriteAsync(HttpResponse response, JobSnapshot now, JobSnapshot? sent, int lastEpoch, CancellationToken ending)
    {
        // The final state is sent after the last epoch, because a client may disconnect when it receives the final state.
        var isOver = JobSnapshot.IsOver(now.Job.State);
        if (!isOver && now.StateVersion != sent?.StateVersion) await response.Body.WriteAsync(now.StateEvent, ending);
        if (now.Job.Progress is not null && (sent?.Job.Progress is null || now.ProgressVersion != sent.ProgressVersion)) await response.Body.WriteAsync(now.ProgressEvent, ending);
        for (; lastEpoch < now.Job.Epochs.Count; lastEpoch++) await response.Body.WriteAsync(now.EpochEvent(lastEpoch), ending);
        if (isOver) await response.Body.WriteAsync(now.StateEvent, ending);
        return lastEpoch;
    }
}
