using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace MnistService.TrainingJobs;

/// <summary>
/// Broadcasts snapshots of one job to the open event streams of the job. After a change, one task reads the job's row from the database and publishes a
/// snapshot for all streams.
/// </summary>
/// <remarks>Thread-safe. Holds only the newest snapshot: if a client reads slowly, its event stream skips older snapshots.</remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "Without a timer or wait handle, the fields hold nothing to dispose. Threads may use them after the feed ends.")]
internal sealed partial class JobFeed(TrainingJob job, TrainingJobStore jobs, JsonSerializerOptions json, TimeProvider time, ILogger log)
{
    /// <summary>Time without an event after which the state is sent again, so that proxies do not close the idle connection.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Minimum time between two database queries for the job. Changes within this time are published as one snapshot.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _changed = new(1); // initially 1: ReadAsync also publishes changes that happened before it started
    private readonly CancellationTokenSource _stop = new();
    private JobSnapshot? _snapshot = new(job, json);
    private TaskCompletionSource _news = NewSource();

    internal string Id => job.Id;

    /// <summary>Number of event streams that follow this job. Guarded by the lock of <see cref="JobFeeds"/>.</summary>
    internal int Watchers { get; set; }

    /// <summary>
    /// True from the moment when the last event stream closed until <see cref="JobFeeds"/> has checked whether there is a stream again. Guarded by the lock of
    /// <see cref="JobFeeds"/>.
    /// </summary>
    internal bool IsLeft { get; set; }

    /// <summary>
    /// <c>Snapshot</c>: the newest snapshot of the job; <c>null</c> if the job was deleted or the feed failed. <c>News</c>: a task that completes when a newer
    /// snapshot is published.
    /// </summary>
    internal (JobSnapshot? Snapshot, Task News) Current
    {
        get
        {
            lock (_gate) return (_snapshot, _news.Task);
        }
    }

    /// <summary>True if the feed publishes no more snapshots, because the job ended or was deleted, or because the feed failed.</summary>
    internal bool HasEnded => Current.Snapshot is not { } snapshot || JobSnapshot.IsOver(snapshot.Job.State);

    /// <summary>Requests another read of the job's row. Several requests before the next read cause only one read.</summary>
    internal void Wake()
    {
        lock (_gate)
        {
            if (_changed.CurrentCount == 0) _changed.Release();
        }
    }

    internal void Stop() => _stop.Cancel();

    /// <summary>
    /// Reads the job from the database after each change and publishes a snapshot. Ends when the job ends or is deleted, or after <see cref="Stop"/>.
    /// </summary>
    internal async Task ReadAsync()
    {
        try
        {
            for (var sent = time.GetTimestamp(); ;)
            {
                var wait = Heartbeat - time.GetElapsedTime(sent);
                await _changed.WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _stop.Token);
                var isHeartbeat = time.GetElapsedTime(sent) >= Heartbeat;
                var found = await FindAsync();
                if (Publish(found, isHeartbeat)) sent = time.GetTimestamp();
                if (found is null || JobSnapshot.IsOver(found.State)) return;
                await Task.Delay(Pause, time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Expected after Stop.
        }
        catch (Exception e)
        {
            Log.Failed(log, e, Id);
            Publish(null, isHeartbeat: false); // a null snapshot ends the event streams; the clients reconnect
        }
    }

    /// <summary>Reads the job from the database. If the read fails, returns the last known job instead. Returns <c>null</c> if the job was deleted.</summary>
    private async Task<TrainingJob?> FindAsync()
    {
        try
        {
            return await jobs.FindAsync(Id, _stop.Token);
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            Log.NotRead(log, e, Id);
            return _snapshot!.Job;
        }
    }

    /// <param name="found">The job as read from the database; <c>null</c> if the job was deleted or the feed failed.</param>
    /// <param name="isHeartbeat">Whether to publish a snapshot even if the job has not changed.</param>
    /// <returns>Whether a new snapshot was published.</returns>
    private bool Publish(TrainingJob? found, bool isHeartbeat)
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            var next = found is null ? null : _snapshot!.Next(found, isHeartbeat);
            if (next == _snapshot) return false;
            (_snapshot, news, _news) = (next, _news, NewSource());
        }
        news.SetResult();
        return true;
    }

    // Asynchronous continuations: the task that reads the database must not run the code of the event streams.
    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Training job {Job} could not be read from the database for its event streams, which continue with the last known state")]
        public static partial void NotRead(ILogger log, Exception exception, string job);

        [LoggerMessage(LogLevel.Error, "The event streams of training job {Job} were closed after an error; clients can open them again")]
        public static partial void Failed(ILogger log, Exception exception, string job);
    }
}

/// <summary>
/// Holds one <see cref="JobFeed"/> per job that has open event streams. A feed starts with the first event stream of its job. The feed ends two seconds after
/// the last stream closed, or when the job ends or is deleted.
/// </summary>
internal sealed class JobFeeds : IDisposable
{
    /// <summary>
    /// Time for which a feed continues after its last event stream closed. Clients that open many short streams one after the other then share one feed and do
    /// not cause a database query per stream.
    /// </summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private readonly TrainingJobStore _jobs;
    private readonly JsonSerializerOptions _json;
    private readonly TimeProvider _time;
    private readonly ILogger<JobFeed> _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, JobFeed> _feeds = [];

    public JobFeeds(TrainingJobStore jobs, IOptions<JsonOptions> json, TimeProvider time, ILogger<JobFeed> log)
    {
        (_jobs, _json, _time, _log) = (jobs, json.Value.SerializerOptions, time, log);
        jobs.Changed += Wake;
    }

    internal JobSnapshot SnapshotOf(TrainingJob job) => new(job, _json);

    /// <summary>Finds an unfinished job that has an open event stream. Another event stream of this job then needs no database query.</summary>
    /// <returns>The job as it was last read from the database; <c>null</c> if the job has no open event stream, or has ended.</returns>
    internal TrainingJob? FindWatched(string id)
    {
        lock (_gate) return _feeds.GetValueOrDefault(id) is { HasEnded: false } feed ? feed.Current.Snapshot?.Job : null;
    }

    /// <summary>
    /// Adds an event stream of a job, and returns the feed that publishes the snapshots of the job. The caller must call <see cref="Leave"/> when the stream
    /// closes.
    /// </summary>
    internal JobFeed Join(TrainingJob job)
    {
        lock (_gate)
        {
            if (_feeds.GetValueOrDefault(job.Id) is not { } feed || feed.HasEnded) // an ended feed is removed a moment later, and would publish nothing
            {
                _feeds[job.Id] = feed = new JobFeed(job, _jobs, _json, _time, _log);
                _ = ReadAsync(feed);
            }
            feed.Watchers++;
            return feed;
        }
    }

    internal void Leave(JobFeed feed)
    {
        lock (_gate)
        {
            if (--feed.Watchers > 0 || feed.IsLeft) return;
            feed.IsLeft = true;
        }
        _ = EndAsync(feed);
    }

    /// <summary>Ends all feeds, so that none of them reads from the database after it was closed.</summary>
    public void Dispose()
    {
        _jobs.Changed -= Wake;
        List<JobFeed> feeds;
        lock (_gate) feeds = [.. _feeds.Values];
        foreach (var feed in feeds) feed.Stop();
    }

    private async Task ReadAsync(JobFeed feed)
    {
        await Task.Yield(); // Join holds the lock during this call and must not wait for the database
        await feed.ReadAsync();
        lock (_gate) Remove(feed); // if the job is resumed, its next event stream starts a new feed
    }

    /// <summary>Ends a feed after <see cref="Linger"/>, unless it has an event stream again.</summary>
    private async Task EndAsync(JobFeed feed)
    {
        await Task.Delay(Linger, _time);
        lock (_gate)
        {
            feed.IsLeft = false;
            if (feed.Watchers > 0) return;
            Remove(feed);
        }
        feed.Stop();
    }

    private void Remove(JobFeed feed)
    {
        if (_feeds.GetValueOrDefault(feed.Id) == feed) _feeds.Remove(feed.Id);
    }

    private void Wake(string? id)
    {
        lock (_gate)
        {
            foreach (var feed in _feeds.Values)
                if (id is null || id == feed.Id) feed.Wake();
        }
    }
}
