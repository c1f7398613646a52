using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace MnistService.TrainingJobs;

/// <summary>The job that watchers follow: one reader of its row for all of them, which reads when the job has changed.</summary>
/// <remarks>Safe for all threads. Holds the newest snapshot and nothing else: a slow watcher skips what it missed.</remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "Without timers and wait handles neither field holds anything to dispose, and both are used by threads that race with the feed's end.")]
internal sealed partial class JobFeed(TrainingJob job, TrainingJobStore jobs, JsonSerializerOptions json, TimeProvider time, ILogger log)
{
    /// <summary>A state is sent again after so long without news, or proxies take the connection for dead.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Least time between two reads: more frequent changes are sent as one.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _changed = new(1); // 1: what changed before the reader started is read at once
    private readonly CancellationTokenSource _stop = new();
    private JobSnapshot? _snapshot = new(job, json);
    private TaskCompletionSource _news = NewSource();

    internal string Id => job.Id;

    /// <summary>Watchers that have joined; for <see cref="JobFeeds"/>, under its lock.</summary>
    internal int Watchers { get; set; }

    /// <summary>The newest snapshot, null when the job was deleted; and a task that completes when there is another.</summary>
    internal (JobSnapshot? Snapshot, Task News) Current
    {
        get
        {
            lock (_gate) return (_snapshot, _news.Task);
        }
    }

    /// <summary>Has the job read again.</summary>
    internal void Wake()
    {
        lock (_gate)
        {
            if (_changed.CurrentCount == 0) _changed.Release();
        }
    }

    internal void Stop() => _stop.Cancel();

    /// <summary>Reads until the job has ended or is deleted, or its last watcher has left.</summary>
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
            // The last watcher has left.
        }
        catch (Exception e)
        {
            Log.Failed(log, e, Id);
            Publish(null, isHeartbeat: false); // the streams end; clients come back
        }
    }

    /// <summary>The job as the database has it; as it was, while the database cannot be read.</summary>
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

    /// <returns>Whether watchers have something to send.</returns>
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

    // Watchers go on as work items of their own: none runs on the reader's thread.
    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Training job {Job} could not be read for its watchers")]
        public static partial void NotRead(ILogger log, Exception exception, string job);

        [LoggerMessage(LogLevel.Error, "The streams of training job {Job} were ended")]
        public static partial void Failed(ILogger log, Exception exception, string job);
    }
}

/// <summary>The feeds of the jobs that are watched now. A feed starts with its first watcher and ends with its last, or with its job.</summary>
internal sealed class JobFeeds : IDisposable
{
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

    /// <returns>A job that is watched and not over, as its watchers know it; null for any other. A further watcher then costs no query.</returns>
    internal TrainingJob? FindWatched(string id)
    {
        lock (_gate) return _feeds.GetValueOrDefault(id)?.Current.Snapshot?.Job is { } job && !JobSnapshot.IsOver(job.State) ? job : null;
    }

    /// <summary>Call <see cref="Leave"/> when done.</summary>
    internal JobFeed Join(TrainingJob job)
    {
        lock (_gate)
        {
            if (!_feeds.TryGetValue(job.Id, out var feed))
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
            if (--feed.Watchers > 0) return;
            Remove(feed);
        }
        feed.Stop();
    }

    public void Dispose() => _jobs.Changed -= Wake;

    private async Task ReadAsync(JobFeed feed)
    {
        await Task.Yield(); // not under the lock
        await feed.ReadAsync();
        lock (_gate) Remove(feed); // a resumed job gets a new one
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
