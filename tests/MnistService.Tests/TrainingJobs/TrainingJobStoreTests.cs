using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MnistService.Database;
using MnistService.Datasets;
using MnistService.Model.Training;
using MnistService.ModelRegistry;
using MnistService.TrainingJobs;

namespace MnistService.Tests.TrainingJobs;

/// <summary>Training jobs in a real SQLite file: the queue, and the allowed state transitions.</summary>
public sealed class TrainingJobStoreTests : IAsyncLifetime
{
    private static readonly JobSettings Settings = new(DataSelection.Of("mnist"), PromotionPolicy.Never, new Hyperparameters());

    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-jobs-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly Factory _databases;
    private TrainingJobStore _jobs;

    public TrainingJobStoreTests()
    {
        _databases = new($"Data Source={Path.Combine(_folder, "jobs.db")};Pooling=False");
        _jobs = Open();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var database = _databases.CreateDbContext();
        await database.Database.MigrateAsync(Cancellation);
    }

    public ValueTask DisposeAsync()
    {
        _jobs.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private TrainingJobStore Open(bool resumeOnStart = false) =>
        new(_databases, Options.Create(new TrainingOptions { QueueCapacity = 3, ResumeOnStart = resumeOnStart }), _time);

    private async Task<string> CreateAsync()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return (await _jobs.TryCreateAsync(null, Settings, [], Cancellation))!.Id;
    }

    private async Task<JobState> StateAsync(string id) => (await _jobs.FindAsync(id, Cancellation))!.State;

    [Fact]
    public async Task The_oldest_is_taken_first_and_the_newest_is_listed_first()
    {
        string[] ids = [await CreateAsync(), await CreateAsync(), await CreateAsync()];
        Assert.Equal(ids[0], _jobs.TakeNext(Cancellation).Id);
        var (page, total) = await _jobs.ListAsync(null, 1, 2, Cancellation);
        Assert.Equal((3, ids[2], ids[1]), (total, page[0].Id, page[1].Id));
        Assert.Equal([ids[0]], (await _jobs.ListAsync(null, 2, 2, Cancellation)).Jobs.Select(job => job.Id));
        Assert.Equal([ids[0]], (await _jobs.ListAsync(JobState.Running, 1, 20, Cancellation)).Jobs.Select(job => job.Id));
        Assert.Equal(2, (await _jobs.ListAsync(JobState.Queued, 1, 1, Cancellation)).Total);
    }

    [Fact]
    public async Task The_queue_is_bounded_also_for_many_at_once()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => _jobs.TryCreateAsync(null, Settings, [], Cancellation))));
        Assert.Equal(3, created.Count(job => job is not null));
        _jobs.TakeNext(Cancellation); // frees a place in the queue
        Assert.NotNull(await _jobs.TryCreateAsync(null, Settings, [], Cancellation));
    }

    [Fact]
    public async Task A_cancelled_job_is_not_taken_and_a_taken_one_not_cancelled_as_queued()
    {
        var (first, second) = (await CreateAsync(), await CreateAsync());
        Assert.True(_jobs.TryCancelQueued(first));
        Assert.False(_jobs.TryCancelQueued(first));
        Assert.Equal(second, _jobs.TakeNext(Cancellation).Id);
        Assert.False(_jobs.TryCancelQueued(second));
        Assert.Equal((JobState.Cancelled, JobState.Running), (await StateAsync(first), await StateAsync(second)));
    }

    [Fact]
    public async Task After_a_restart_what_ran_is_interrupted_and_what_waited_still_waits()
    {
        var (ran, waited) = (await CreateAsync(), await CreateAsync());
        _jobs.TakeNext(Cancellation);
        _jobs.Report(ran, new TrainingProgress(1, 2, 3, 4, 5, 6));
        _jobs.Dispose();
        _jobs = Open();
        Assert.Equal(1, await _jobs.RecoverAsync(Cancellation));
        Assert.Equal(JobState.Interrupted, await StateAsync(ran));
        Assert.Equal(3, (await _jobs.FindAsync(ran, Cancellation))!.Progress!.Step);
        Assert.Equal(waited, _jobs.TakeNext(Cancellation).Id);
    }

    [Fact]
    public async Task By_setting_what_was_interrupted_waits_again_after_a_restart_and_what_was_cancelled_does_not()
    {
        var (ran, cancelled) = (await CreateAsync(), await CreateAsync());
        _jobs.TakeNext(Cancellation);
        _jobs.TryCancelQueued(cancelled);
        _jobs.Dispose();
        _jobs = Open(resumeOnStart: true);
        await _jobs.RecoverAsync(Cancellation);
        Assert.Equal((JobState.Queued, JobState.Cancelled), (await StateAsync(ran), await StateAsync(cancelled)));
        Assert.Equal(ran, _jobs.TakeNext(Cancellation).Id);
    }

    [Fact]
    public async Task Resumed_is_what_was_interrupted_or_cancelled_once_and_within_the_bound()
    {
        var id = await CreateAsync();
        Assert.False(await _jobs.TryResumeAsync(id, Cancellation)); // a queued job cannot be resumed
        _jobs.TryCancelQueued(id);
        Assert.True(await _jobs.TryResumeAsync(id, Cancellation));
        Assert.False(await _jobs.TryResumeAsync(id, Cancellation));
        Assert.Null((await _jobs.FindAsync(id, Cancellation))!.FinishedAt);
        Assert.False(await _jobs.TryResumeAsync("none", Cancellation));
        _jobs.TryCancelQueued(id);
        for (var i = 0; i < 3; i++) await CreateAsync();
        Assert.Null(await _jobs.TryResumeAsync(id, Cancellation));
    }

    [Fact]
    public async Task What_failed_can_go_on_unless_it_diverged()
    {
        var (full, diverged) = (await CreateAsync(), await CreateAsync());
        _jobs.TakeNext(Cancellation);
        _jobs.Finish(full, JobState.Failed, error: new JobError("storage_failed", "The disk is full."));
        _jobs.TakeNext(Cancellation);
        _jobs.Finish(diverged, JobState.Failed, error: new JobError(JobError.Diverged, "The loss stopped being finite."));
        Assert.True(await _jobs.TryResumeAsync(full, Cancellation));
        Assert.Null((await _jobs.FindAsync(full, Cancellation))!.Error);
        Assert.False(await _jobs.TryResumeAsync(diverged, Cancellation));
    }

    [Fact]
    public async Task A_job_whose_end_could_not_be_written_is_found_interrupted_by_the_next_turn()
    {
        var (lost, next) = (await CreateAsync(), await CreateAsync());
        Assert.Equal(lost, _jobs.TakeNext(Cancellation).Id);
        Assert.Equal(next, _jobs.TakeNext(Cancellation).Id); // the end of the first job was never written, as if the database had been full
        Assert.Equal(JobState.Interrupted, await StateAsync(lost));
        Assert.True(await _jobs.TryResumeAsync(lost, Cancellation));
    }

    [Fact]
    public async Task An_end_that_the_database_refuses_is_told_at_once_and_written_as_soon_as_it_can_be()
    {
        var (ended, next) = (await CreateAsync(), await CreateAsync());
        _jobs.TakeNext(Cancellation);
        await RefuseWritesAsync(true);

        _jobs.Finish(ended, JobState.Failed, error: new JobError("storage_failed", "The disk is full."));

        var told = await _jobs.FindAsync(ended, Cancellation);
        Assert.Equal((JobState.Failed, "storage_failed", _time.GetUtcNow()), (told!.State, told.Error?.Code, told.FinishedAt));
        Assert.Equal([ended], (await _jobs.ListAsync(JobState.Failed, 1, 20, Cancellation)).Jobs.Select(job => job.Id));
        Assert.Equal((0, 0), ((await _jobs.ListAsync(JobState.Running, 1, 20, Cancellation)).Total, (await _jobs.ListAsync(JobState.Interrupted, 1, 20, Cancellation)).Total));
        Assert.Equal(JobState.Failed, (await _jobs.ListAsync(null, 1, 20, Cancellation)).Jobs.Single(job => job.Id == ended).State);
        await Assert.ThrowsAnyAsync<Exception>(() => _jobs.TryResumeAsync(ended, Cancellation)); // the endpoint responds with 507

        await RefuseWritesAsync(false);
        Assert.Equal(next, _jobs.TakeNext(Cancellation).Id);
        using var another = Open(); // has no ends in memory, so it reads only what was written
        Assert.Equal((JobState.Failed, "storage_failed"), ((await another.FindAsync(ended, Cancellation))!.State, (await another.FindAsync(ended, Cancellation))!.Error?.Code));
        Assert.True(await _jobs.TryResumeAsync(ended, Cancellation));
    }

    /// <summary>Makes SQLite fail each update of a job with the error of a full disk, or ends that.</summary>
    private async Task RefuseWritesAsync(bool refuse)
    {
        await using var database = _databases.CreateDbContext();
        await database.Database.ExecuteSqlRawAsync(refuse
            ? "CREATE TRIGGER Full BEFORE UPDATE ON TrainingJobs BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            : "DROP TRIGGER Full", Cancellation);
    }

    [Fact]
    public async Task A_job_that_is_over_is_not_ended_again()
    {
        var id = await CreateAsync();
        _jobs.TakeNext(Cancellation);
        _jobs.Finish(id, JobState.Cancelled);
        _jobs.Finish(id, JobState.Succeeded);
        Assert.Equal(JobState.Cancelled, await StateAsync(id));
    }

    [Fact]
    public async Task Only_what_is_over_can_be_forgotten()
    {
        var id = await CreateAsync();
        Assert.False(await _jobs.TryDeleteAsync(id, Cancellation));
        _jobs.TakeNext(Cancellation);
        Assert.False(await _jobs.TryDeleteAsync(id, Cancellation));
        _jobs.Finish(id, JobState.Failed, null, null, new JobError("diverged", "The loss stopped being finite."));
        Assert.Equal("diverged", (await _jobs.FindAsync(id, Cancellation))!.Error!.Code);
        Assert.True(await _jobs.TryDeleteAsync(id, Cancellation));
        Assert.Null(await _jobs.FindAsync(id, Cancellation));
    }

    private sealed class Factory(string connection) : IDbContextFactory<ServiceDatabase>
    {
        public ServiceDatabase CreateDbContext() => new(new DbContextOptionsBuilder<ServiceDatabase>().UseSqlite(connection).Options);
    }
}
