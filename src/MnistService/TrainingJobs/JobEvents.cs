using MnistService.Connections;
using MnistService.Http;
using MnistService.Security;

namespace MnistService.TrainingJobs;

/// <summary>
/// A job as a stream of server-sent events: its state at once, then what changes, until it is over. A client that comes back misses no epoch: an epoch's event carries
/// its number as id. The stream also ends when the service stops, when the client's key is removed, and when the client sends more data on the connection.
/// </summary>
internal sealed class JobEvents(JobFeeds feeds, StandingAccess access, IHostApplicationLifetime lifetime)
{
    /// <param name="http">The request, accepted by <see cref="JobWatchers"/>.</param>
    /// <param name="job">As it is now.</param>
    /// <param name="lastEpoch">The last epoch that the client has seen; 0 for none.</param>
    internal async Task SendAsync(HttpContext http, TrainingJob job, int lastEpoch)
    {
        LongAnswer.Begin(http, "text/event-stream");
        if (HeadRequests.IsHead(http)) return;
        // Never disposed: the removal of a key may cancel it at any time.
        var ending = new CancellationTokenSource();
        using var aborted = http.RequestAborted.Register(ending.Cancel);
        // A stopping service ends its streams: EventSource comes back to the one that starts after it.
        using var stopping = lifetime.ApplicationStopping.Register(ending.Cancel);
        using var key = access.EndWithKey(http, ending);
        var input = LongAnswer.EndWithInputAsync(http, ending);
        try
        {
            await FollowAsync(http.Response, job, lastEpoch, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The answer ends here, whole as far as it went.
        }
        finally
        {
            await ending.CancelAsync();
            await input; // the connection is Kestrel's again
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
                if (snapshot is null) return; // it was deleted
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

    /// <summary>Sends what changed since <paramref name="sent"/>. Waits for a slow client, which then skips to the newest snapshot.</summary>
    /// <returns>The last epoch that was sent.</returns>
    private static async Task<int> WriteAsync(HttpResponse response, JobSnapshot now, JobSnapshot? sent, int lastEpoch, CancellationToken ending)
    {
        // The state that ends a job is sent last, after its last epoch: a client may leave then.
        var isOver = JobSnapshot.IsOver(now.Job.State);
        if (!isOver && now.StateVersion != sent?.StateVersion) await response.Body.WriteAsync(now.StateEvent, ending);
        if (now.Job.Progress is not null && (sent?.Job.Progress is null || now.ProgressVersion != sent.ProgressVersion)) await response.Body.WriteAsync(now.ProgressEvent, ending);
        for (; lastEpoch < now.Job.Epochs.Count; lastEpoch++) await response.Body.WriteAsync(now.EpochEvent(lastEpoch), ending);
        if (isOver) await response.Body.WriteAsync(now.StateEvent, ending);
        return lastEpoch;
    }
}
