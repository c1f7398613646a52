using MnistService.Inference;

namespace MnistService.Tests.Inference;

public sealed class ServingModelTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Without_a_model_nothing_is_accepted_and_the_reason_is_told()
    {
        await using var room = new InferenceRoom();

        Assert.Null(room.Serving.ModelId);
        Assert.Equal("The model is still being loaded. Try again later.", room.Serving.NotReadyReason);
        Assert.Throws<ServiceUnavailableException>(() => room.Queue.TryEnqueue(InferenceRoom.Request(1)));
    }

    [Fact]
    public async Task A_published_model_serves()
    {
        await using var room = new InferenceRoom();
        room.Publish("m1");

        Assert.Equal(("m1", "cpu", null), (room.Serving.ModelId, room.Serving.Device, room.Serving.NotReadyReason));
    }

    [Fact]
    public async Task A_model_with_the_wrong_number_of_classifiers_is_refused_and_disposed_and_the_old_one_goes_on()
    {
        await using var room = new InferenceRoom(settings: ("Workers", "2"));
        var serving = room.Publish("m1");
        var refused = new[] { new EchoClassifier("m2") };

        var exception = Assert.Throws<ArgumentException>(() => room.Serving.Publish("m2", refused));

        Assert.StartsWith("Expected 2 classifiers on cpu, one for each worker, got 1.", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => room.Serving.Publish("m2", []));
        Assert.Equal(1, refused[0].Disposals);
        Assert.Equal("m1", room.Serving.ModelId);
        Assert.All(serving, classifier => Assert.Equal(0, classifier.Disposals));
        Assert.Equal("m1", (await Ask(room)).Model);
    }

    [Fact]
    public async Task An_idle_worker_lets_go_of_the_old_model_at_once()
    {
        await using var room = new InferenceRoom(settings: ("Workers", "3"));
        var old = room.Publish("m1");

        room.Publish("m2");

        Assert.All(old, classifier => Assert.Equal((1, null), (classifier.Disposals, classifier.Breach)));
        Assert.Equal("m2", (await Ask(room)).Model);
    }

    [Fact]
    public async Task A_swap_in_a_batch_lets_the_old_model_finish_it_while_the_new_one_already_serves()
    {
        using var hold = new Hold();
        await using var room = new InferenceRoom(settings: ("Workers", "1"));
        var old = Assert.Single(room.Publish("m1", hold.FirstCall));
        var inTheBatch = InferenceRoom.Request(1);
        Assert.True(room.Queue.TryEnqueue(inTheBatch));
        hold.WaitUntilReached();

        var swap = Task.Factory.StartNew(() => room.Publish("m2"), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var meanwhile = await Ask(room);

        Assert.Equal("m2", meanwhile.Model);
        Assert.False(inTheBatch.Completion.IsCompleted);
        Assert.Equal(0, old.Disposals);
        hold.Release();
        Assert.Equal("m1", (await inTheBatch.Completion.WaitAsync(Soon, TestContext.Current.CancellationToken)).Model);
        await swap.WaitAsync(Soon, TestContext.Current.CancellationToken);
        Assert.Equal((1, null), (old.Disposals, old.Breach));
    }

    [Fact]
    public async Task After_a_failure_nothing_is_accepted_until_the_next_model()
    {
        await using var room = new InferenceRoom();
        room.Publish("m1");

        room.Serving.Fail("The GPU has gone.");
        Assert.Equal("The GPU has gone.", room.Serving.NotReadyReason);
        Assert.Throws<ServiceUnavailableException>(() => room.Queue.TryEnqueue(InferenceRoom.Request(1)));

        room.Publish("m2");
        Assert.Null(room.Serving.NotReadyReason);
        Assert.Equal("m2", (await Ask(room)).Model);
    }

    [Fact]
    public async Task A_stop_answers_what_was_accepted_and_disposes_the_networks()
    {
        using var hold = new Hold();
        await using var room = new InferenceRoom(settings: ("Workers", "1"));
        var classifier = Assert.Single(room.Publish("m1", hold.FirstCall));
        var accepted = Enumerable.Range(0, 100).Select(i => InferenceRoom.Request(i % 10)).ToList();
        Assert.True(room.Queue.TryEnqueueAll(accepted));
        hold.WaitUntilReached();

        var stop = room.Serving.StopAsync(CancellationToken.None);
        Assert.Throws<ServiceUnavailableException>(() => room.Queue.TryEnqueue(InferenceRoom.Request(1)));
        Assert.Equal("The service is shutting down. Try again later.", room.Serving.NotReadyReason);
        hold.Release();
        await stop.WaitAsync(Soon, TestContext.Current.CancellationToken);

        Assert.All(accepted, request => Assert.True(request.Completion.IsCompletedSuccessfully));
        Assert.Equal((1, null), (classifier.Disposals, classifier.Breach));
        Assert.Equal(0, room.Queue.QueuedImages);
    }

    [Fact]
    public async Task A_stop_that_runs_out_of_time_fails_what_is_still_queued()
    {
        using var hold = new Hold();
        await using var room = new InferenceRoom(settings: ("Workers", "1"));
        var classifier = Assert.Single(room.Publish("m1", hold.FirstCall));
        var computing = InferenceRoom.Request(1);
        Assert.True(room.Queue.TryEnqueue(computing));
        hold.WaitUntilReached();
        var queued = InferenceRoom.Request(2);
        Assert.True(room.Queue.TryEnqueue(queued));

        using var outOfTime = new CancellationTokenSource();
        var stop = room.Serving.StopAsync(outOfTime.Token);
        await outOfTime.CancelAsync();

        await Assert.ThrowsAsync<ServiceUnavailableException>(() => queued.Completion.WaitAsync(Soon, TestContext.Current.CancellationToken));
        hold.Release();
        await stop.WaitAsync(Soon, TestContext.Current.CancellationToken);
        Assert.True(computing.Completion.IsCompletedSuccessfully);
        Assert.Equal(1, classifier.Disposals);
    }

    [Fact]
    public async Task Hung_workers_of_a_retired_model_share_one_deadline_and_their_requests_fail()
    {
        const int Workers = 5;
        using var hold = new ManualResetEventSlim();
        await using var room = new InferenceRoom(settings: [("Workers", $"{Workers}"), ("MaxBatchSize", "1")]);
        var hung = HangAllWorkers(room, hold, Workers);

        var started = TimeProvider.System.GetTimestamp();
        await Task.Run(() => room.Publish("m2"), TestContext.Current.CancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(started).TotalSeconds;

        Assert.True(elapsed < 8, $"{elapsed:f1} s for {Workers} workers"); // waiting 3 s for one worker after the other would take 15 s
        foreach (var request in hung) await Assert.ThrowsAsync<ServiceUnavailableException>(() => request.Completion);
        hold.Set();
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_the_hung_workers_of_a_retired_model()
    {
        const int Workers = 6;
        using var hold = new ManualResetEventSlim();
        await using var room = new InferenceRoom(settings: [("Workers", $"{Workers}"), ("MaxBatchSize", "1")]);
        HangAllWorkers(room, hold, Workers);
        var swap = Task.Run(() => room.Publish("m2"), TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => room.Serving.ModelId == "m2", Soon);

        // The swap waits 3 s for its hung workers. A stop that waited for the lock of the swap during that time would take 3 s (18 s with one wait per worker).
        await Task.Run(() => room.Serving.StopAsync(CancellationToken.None), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        hold.Set();
        await swap;
    }

    /// <summary>Publishes a model and blocks each of its workers in a batch of one request until <paramref name="hold"/> is set.</summary>
    private static List<InferenceRequest> HangAllWorkers(InferenceRoom room, ManualResetEventSlim hold, int workers)
    {
        using var reached = new CountdownEvent(workers);
        room.Publish("m1", _ =>
        {
            reached.Signal();
            hold.Wait(TestContext.Current.CancellationToken);
        });
        var requests = Enumerable.Range(0, workers).Select(_ => InferenceRoom.Request(1)).ToList();
        Assert.All(requests, request => Assert.True(room.Queue.TryEnqueue(request)));
        Assert.True(reached.Wait(Soon, TestContext.Current.CancellationToken));
        return requests;
    }

    [Fact]
    public async Task A_model_that_comes_after_the_stop_is_refused_and_disposed()
    {
        await using var room = new InferenceRoom(settings: ("Workers", "1"));
        await room.Serving.StopAsync(CancellationToken.None);
        var late = new EchoClassifier("m1");

        Assert.Throws<ServiceUnavailableException>(() => room.Serving.Publish("m1", [late]));

        Assert.Equal(1, late.Disposals);
    }

    private static async Task<InferenceResult> Ask(InferenceRoom room)
    {
        var request = InferenceRoom.Request(1);
        Assert.True(room.Queue.TryEnqueue(request));
        return await request.Completion.WaitAsync(Soon, TestContext.Current.CancellationToken);
    }
}
