using MnistService.Inference;

namespace MnistService.Tests.Inference;

public sealed class InferenceWorkerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_picture_is_answered_with_its_digit_and_the_model_that_read_it()
    {
        await using var room = new InferenceRoom();
        room.Publish("m1");

        var result = await Ask(room, InferenceRoom.Request(7));

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1, 0, 0], result.Probabilities);
        Assert.Equal(("m1", 1), (result.Model, result.BatchSize));
        Assert.True(result.Queued >= TimeSpan.Zero && result.Computed > TimeSpan.Zero);
    }

    [Fact]
    public async Task Each_request_of_a_batch_gets_its_own_rows_in_order()
    {
        using var hold = new Hold();
        await using var room = new InferenceRoom(settings: ("Workers", "1"));
        room.Publish("m1", hold.FirstCall);
        var first = Enqueue(room, 0);
        hold.WaitUntilReached();

        var rest = new[] { Enqueue(room, 1, 2, 3), Enqueue(room, 4), Enqueue(room, 5, 6) };
        hold.Release();

        await AssertReads(first, 0);
        await AssertReads(rest[0], 1, 2, 3);
        await AssertReads(rest[1], 4);
        await AssertReads(rest[2], 5, 6);
        Assert.Equal(6, (await rest[2].Completion).BatchSize);
    }

    [Fact]
    public async Task A_request_larger_than_a_batch_is_computed_in_several_passes()
    {
        await using var room = new InferenceRoom(settings: [("Workers", "1"), ("MaxBatchSize", "4")]);
        var classifier = Assert.Single(room.Publish("m1"));

        await AssertReads(Enqueue(room, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        Assert.Equal([4, 4, 2], classifier.BatchSizes);
    }

    [Fact]
    public async Task What_one_request_breaks_it_breaks_for_itself_alone()
    {
        using var hold = new Hold();
        await using var room = new InferenceRoom(settings: ("Workers", "1"));
        room.Publish("m1", pixels =>
        {
            hold.FirstCall(pixels);
            if (pixels.Contains((byte)13)) throw new InvalidOperationException("/opt/libtorch.so: a native stack trace");
        });
        var first = Enqueue(room, 0);
        hold.WaitUntilReached();
        var (good, poison, alsoGood) = (Enqueue(room, 1), Enqueue(room, 13), Enqueue(room, 2));
        hold.Release();

        await AssertReads(first, 0);
        await AssertReads(good, 1);
        await AssertReads(alsoGood, 2);
        var failure = await Assert.ThrowsAsync<InferenceFailedException>(() => poison.Completion.WaitAsync(Soon, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("native", failure.ToString(), StringComparison.Ordinal);
        await AssertReads(Enqueue(room, 3), 3); // the worker continues
    }

    [Fact]
    public async Task A_batch_too_large_for_the_device_is_halved_until_it_fits()
    {
        using var hold = new Hold();
        await using var room = new InferenceRoom(settings: [("Workers", "1"), ("MaxBatchSize", "16")]);
        var classifier = Assert.Single(room.Publish("m1", pixels =>
        {
            hold.FirstCall(pixels);
            if (pixels.Length > 4 * 784) throw new InvalidOperationException("out of memory");
        }));
        var first = Enqueue(room, 0);
        hold.WaitUntilReached();
        var rest = Enumerable.Range(0, 16).Select(i => Enqueue(room, i % 10)).ToList();
        hold.Release();

        await AssertReads(first, 0);
        for (var i = 0; i < rest.Count; i++) await AssertReads(rest[i], i % 10);
        Assert.Equal([1, 16, 8, 4, 4, 8, 4, 4], classifier.BatchSizes);
        Assert.Equal(4, (await rest[0].Completion).BatchSize);
    }

    [Fact]
    public async Task The_continuation_of_an_answer_does_not_run_on_the_worker()
    {
        await using var room = new InferenceRoom(settings: ("Workers", "1"));
        var classifier = Assert.Single(room.Publish("m1"));
        var request = InferenceRoom.Request(1);
        var continuation = request.Completion.ContinueWith(
            _ => Thread.CurrentThread, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        await Ask(room, request);

        Assert.NotSame(classifier.Owner, await continuation);
    }

    [Fact]
    public async Task A_delay_fills_batches_and_is_over_when_the_oldest_request_has_waited()
    {
        await using var room = new InferenceRoom(settings: [("Workers", "2"), ("MaxBatchSize", "4"), ("MaxBatchDelay", "00:00:00.200")]);
        room.Publish("m1");

        var alone = await Ask(room, InferenceRoom.Request(1));
        Assert.Equal(1, alone.BatchSize);
        Assert.True(alone.Queued >= TimeSpan.FromMilliseconds(199), $"It waited {alone.Queued}.");

        var four = new[] { Enqueue(room, 1), Enqueue(room, 2), Enqueue(room, 3), Enqueue(room, 4) };
        foreach (var request in four) Assert.Equal(4, (await Ask(request)).BatchSize);
    }

    [Fact]
    public async Task Workers_are_named_background_threads()
    {
        await using var room = new InferenceRoom(settings: ("Workers", "1"));
        var classifier = Assert.Single(room.Publish("m1"));
        await Ask(room, InferenceRoom.Request(1));

        Assert.Equal(("inference-0", true), (classifier.Owner!.Name, classifier.Owner.IsBackground));
    }

    private static InferenceRequest Enqueue(InferenceRoom room, params int[] digits)
    {
        var request = InferenceRoom.Request(digits);
        Assert.True(room.Queue.TryEnqueue(request));
        return request;
    }

    private static Task<InferenceResult> Ask(InferenceRoom room, InferenceRequest request)
    {
        Assert.True(room.Queue.TryEnqueue(request));
        return Ask(request);
    }

    private static Task<InferenceResult> Ask(InferenceRequest request) => request.Completion.WaitAsync(Soon, TestContext.Current.CancellationToken);

    private static async Task AssertReads(InferenceRequest request, params int[] digits)
    {
        var result = await Ask(request);
        Assert.Equal(digits, result.Probabilities.Chunk(10).Select(row => row.IndexOf(1f)));
    }
}
