using Microsoft.Extensions.Time.Testing;
using MnistService.Inference;

namespace MnistService.Tests.Inference;

/// <summary>
/// Workers that hang, end or fail each batch: the watchdog reports the reason, and reports readiness again after the recovery. Most tests use simulated
/// time, which only the test advances.
/// </summary>
public sealed class WorkerWatchdogTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private volatile bool _broken;

    [Fact]
    public async Task A_worker_that_hangs_is_told_of_and_nobody_waits_for_it()
    {
        using var hold = new Hold();
        await using var room = new InferenceRoom(_time, ("Workers", "1"), ("Deadline", "01:00:00"));
        var classifier = Assert.Single(room.Publish("m1", hold.FirstCall));
        var (inTheBatch, waiting, row) = (InferenceRoom.Request(1), InferenceRoom.Request(2), InferenceRoom.Request(3));
        Assert.True(room.Queue.TryEnqueue(inTheBatch));
        hold.WaitUntilReached();
        Assert.True(room.Queue.TryEnqueue(waiting));
        await room.Queue.EnqueueBulkAsync(row, TestHttp.Cancellation);
        Look(room, WorkerWatchdog.Patience - TimeSpan.FromTicks(1));
        Assert.Null(room.Watchdog.Reason);

        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("Worker inference-0 on cpu has been computing one batch for 5 s.", room.Watchdog.Reason); // before the next check by the watchdog
        room.Watchdog.Look();
        foreach (var request in new[] { inTheBatch, waiting, row })
            Assert.StartsWith("Worker inference-0 ", (await Assert.ThrowsAsync<ServiceUnavailableException>(() => Ended(request))).Message, StringComparison.Ordinal);
        Assert.Equal(0, room.Queue.QueuedImages);

        hold.Release();
        await UntilReady(room);
        await AssertAnswered(room);
        Assert.Null(classifier.Breach);
    }

    [Fact]
    public async Task Of_two_workers_one_hangs_and_the_other_goes_on()
    {
        using var hold = new Hold();
        await using var room = new InferenceRoom(_time, ("Workers", "2"));
        room.Publish("m1", pixels => { if (pixels[0] == 13) hold.FirstCall(pixels); });
        var inTheBatch = InferenceRoom.Request(13);
        Assert.True(room.Queue.TryEnqueue(inTheBatch));
        hold.WaitUntilReached();
        Look(room, WorkerWatchdog.Patience);

        Assert.Matches("^Worker inference-[01] on cpu has been computing one batch for 5 s.$", room.Watchdog.Reason);
        await AssertAnswered(room);
        Look(room, WorkerWatchdog.Interval);
        await AssertAnswered(room);
        await Assert.ThrowsAsync<ServiceUnavailableException>(() => Ended(inTheBatch));
        hold.Release();
    }

    [Fact]
    public async Task Another_model_replaces_one_that_hangs()
    {
        using var hold = new Hold();
        await using var room = new InferenceRoom(settings: ("Workers", "1"));
        room.Publish("m1", hold.FirstCall);
        var inTheBatch = InferenceRoom.Request(1);
        Assert.True(room.Queue.TryEnqueue(inTheBatch));
        hold.WaitUntilReached();

        room.Publish("m2");

        await Assert.ThrowsAsync<ServiceUnavailableException>(() => Ended(inTheBatch));
        Assert.Null(room.Watchdog.Reason);
        await AssertAnswered(room);
    }

    [Fact]
    public async Task A_worker_whose_thread_has_ended_is_told_of()
    {
        await using var room = new InferenceRoom(_time, ("Workers", "1"));
        room.Publish("m1");
        room.Queue.Batches.Drain(); // the only way in which the code ends a worker thread
        await room.Serving.Workers[0].Stopped.WaitAsync(Soon, TestHttp.Cancellation);
        Assert.True(room.Serving.Workers[0].Join(Soon));

        Assert.Equal("Worker inference-0 on cpu has ended.", room.Watchdog.Reason);
    }

    [Fact]
    public async Task Batches_that_all_fail_are_told_of_at_once_until_one_does_not()
    {
        await using var room = Breakable();
        _broken = true;
        for (var i = 1; i <= WorkerWatchdog.FailuresInARow; i++)
        {
            Assert.Null(room.Watchdog.Reason);
            await AssertFails(room);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal("Every batch has failed on cpu for 3 s, 3 in a row.", room.Watchdog.Reason);
        Look(room, WorkerWatchdog.Interval); // the probe also fails
        await UntilAsync(() => room.Queue.Outcomes.Failures.InARow == 4);

        _broken = false;
        Look(room, WorkerWatchdog.Interval);
        Look(room, WorkerWatchdog.Interval);
        await UntilReady(room);
    }

    [Fact]
    public async Task Failures_between_answers_are_the_pictures_own()
    {
        await using var room = Breakable();
        for (var i = 0; i < 2 * WorkerWatchdog.FailuresInARow; i++)
        {
            _broken = true;
            await AssertFails(room);
            _broken = false;
            await AssertAnswered(room);
        }
        Assert.Null(room.Watchdog.Reason);
    }

    [Fact]
    public async Task An_idle_service_finds_out_by_a_probe_and_by_a_probe_that_it_is_over()
    {
        await using var room = Breakable();
        Look(room, InferenceProbe.Interval - TimeSpan.FromTicks(1));
        _broken = true;
        Look(room, TimeSpan.FromTicks(1));
        await UntilAsync(() => room.Queue.Outcomes.Failures.InARow == 1);
        Assert.Null(room.Watchdog.Reason); // a single failure does not count until the watchdog has seen that it was the probe

        await UntilAsync(() =>
        {
            Look(room, WorkerWatchdog.Interval);
            return room.Watchdog.Reason == "The last probe failed on cpu: The neural network could not classify the images of the request.";
        });
        _broken = false;
        await UntilAsync(() =>
        {
            Look(room, WorkerWatchdog.Interval);
            return room.Watchdog.Reason is null;
        });
    }

    [Fact]
    public async Task Who_is_busy_is_not_probed()
    {
        await using var room = new InferenceRoom(_time, ("Workers", "1"));
        var classifier = Assert.Single(room.Publish("m1"));
        for (var i = 0; i < 5; i++)
        {
            await AssertAnswered(room);
            Look(room, InferenceProbe.Interval - TimeSpan.FromTicks(1));
        }
        await AssertAnswered(room);
        Assert.Equal(6, classifier.BatchSizes.Count);
    }

    [Fact]
    public async Task A_prediction_that_no_worker_comes_for_fails_at_its_deadline_and_a_probe_is_not_answered()
    {
        await using var room = new InferenceRoom(_time, ("Deadline", "00:00:02"));
        room.Queue.Open(workers: 1); // declares a worker that does not exist
        var request = InferenceRoom.Request(1);
        Assert.True(room.Queue.TryEnqueue(request));
        Look(room, TimeSpan.FromSeconds(2));
        Assert.False(request.Completion.IsCompleted);
        Look(room, TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<DeadlinePassedException>(() => Ended(request));

        Look(room, InferenceProbe.Interval);
        Look(room, TimeSpan.FromSeconds(3));
        Assert.EndsWith("The request waited 3000 ms in the queue; the deadline is 2000 ms.", room.Watchdog.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_without_an_answer_is_told_of_however_long_the_deadline_is()
    {
        await using var room = new InferenceRoom(_time, ("Deadline", "01:00:00"));
        room.Queue.Open(workers: 1); // declares a worker that does not exist
        Look(room, InferenceProbe.Interval);
        Look(room, WorkerWatchdog.Patience);
        Assert.EndsWith("the workers did not respond within 5 s.", room.Watchdog.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_looks_every_second()
    {
        await using var room = new InferenceRoom(_time, ("Workers", "1"));
        await room.StartAsync();
        room.Queue.Open(workers: 1);
        var request = InferenceRoom.Request(1);
        Assert.True(room.Queue.TryEnqueue(request));
        await UntilAsync(() =>
        {
            _time.Advance(WorkerWatchdog.Interval);
            return request.Completion.IsFaulted;
        });
        await room.StopAsync(TestHttp.Cancellation);
    }

    private InferenceRoom Breakable()
    {
        var room = new InferenceRoom(_time, ("Workers", "1"));
        room.Publish("m1", _ => { if (_broken) throw new InvalidOperationException("CUDA error: unspecified launch failure"); });
        return room;
    }

    private void Look(InferenceRoom room, TimeSpan later)
    {
        _time.Advance(later);
        room.Watchdog.Look();
    }

    private static Task<InferenceResult> Ended(InferenceRequest request) => request.Completion.WaitAsync(Soon, TestHttp.Cancellation);

    private static async Task AssertAnswered(InferenceRoom room)
    {
        var request = InferenceRoom.Request(7);
        Assert.True(room.Queue.TryEnqueue(request));
        Assert.Equal(1, (await Ended(request)).Probabilities[7]);
    }

    private static async Task AssertFails(InferenceRoom room)
    {
        var (request, failures) = (InferenceRoom.Request(7), room.Queue.Outcomes.Failures.InARow);
        Assert.True(room.Queue.TryEnqueue(request));
        await Assert.ThrowsAsync<InferenceFailedException>(() => Ended(request));
        await UntilAsync(() => room.Queue.Outcomes.Failures.InARow == failures + 1); // the failure is recorded shortly after the request has failed
    }

    private static Task UntilReady(InferenceRoom room) => UntilAsync(() => room.Watchdog.Reason is null);

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var end = DateTime.UtcNow + Soon; !holds(); await Task.Delay(1, TestHttp.Cancellation)) Assert.True(DateTime.UtcNow < end, "It never came to that.");
    }
}
