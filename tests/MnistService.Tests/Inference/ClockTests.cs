using MnistService.Inference;

namespace MnistService.Tests.Inference;

/// <summary>The wall clock may jump because of a leap second, a correction or an operator. All durations must therefore use the monotonic clock.</summary>
public sealed class ClockTests
{
    private readonly InferenceBatch _batch = new(capacity: 32);

    public static TheoryData<TimeSpan> Jumps => [TimeSpan.FromDays(1), TimeSpan.FromDays(-1)];

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task A_deadline_passes_when_it_has_passed_whatever_the_clock_on_the_wall_says(TimeSpan jump)
    {
        var clock = new JumpingClock(jump);
        await using var room = new InferenceRoom(clock);
        room.Queue.Open(workers: 1);
        var (late, inTime) = (InferenceRoom.Request(1), InferenceRoom.Request(2));
        Assert.True(room.Queue.TryEnqueue(late));
        clock.GetUtcNow();
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(room.Queue.TryEnqueue(inTime));
        clock.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(TimeSpan.FromSeconds(2.5), room.Queue.OldestWait);

        Assert.True(room.Queue.Batches.TryTake(_batch));

        Assert.Equal([inTime], _batch.Requests.ToArray());
        var failure = await Assert.ThrowsAsync<DeadlinePassedException>(() => late.Completion);
        Assert.Contains("waited 2500 ms", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task A_worker_hangs_when_it_has_hung_whatever_the_clock_on_the_wall_says(TimeSpan jump)
    {
        using var hold = new Hold();
        var clock = new JumpingClock(jump);
        await using var room = new InferenceRoom(clock, ("Workers", "1"));
        room.Publish("m1", hold.FirstCall);
        Assert.True(room.Queue.TryEnqueue(InferenceRoom.Request(1)));
        hold.WaitUntilReached();
        clock.GetUtcNow();
        Assert.Null(room.Watchdog.Reason);

        clock.Advance(WorkerWatchdog.Patience);

        Assert.Equal("Worker inference-0 on cpu has been computing one batch for 5 s.", room.Watchdog.Reason);
        hold.Release();
    }
}
