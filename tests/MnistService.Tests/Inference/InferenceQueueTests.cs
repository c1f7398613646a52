using Microsoft.Extensions.Time.Testing;
using MnistService.Http;
using MnistService.Inference;

namespace MnistService.Tests.Inference;

public sealed class InferenceQueueTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly InferenceRoom _room;
    private readonly InferenceQueue _queue;
    private readonly InferenceBatch _batch = new(capacity: 32);

    // There are no workers; the tests take the batches themselves.
    public InferenceQueueTests()
    {
        _room = new InferenceRoom(_time, ("QueueCapacity", "10"), ("BulkCapacity", "16"), ("Deadline", "00:00:02"));
        _queue = _room.Queue;
        _queue.Open(workers: 1);
    }

    [Fact]
    public void A_full_lane_refuses_counted_in_images_and_not_in_requests()
    {
        Assert.True(_queue.TryEnqueue(InferenceRoom.Request(1, 2, 3, 4, 5, 6)));
        Assert.False(_queue.TryEnqueue(InferenceRoom.Request(1, 2, 3, 4, 5)));
        Assert.True(_queue.TryEnqueue(InferenceRoom.Request(1, 2, 3, 4)));
        Assert.False(_queue.TryEnqueue(InferenceRoom.Request(1)));
        Assert.Equal(10, _queue.QueuedImages);
    }

    [Fact]
    public void Taking_a_batch_gives_the_room_back()
    {
        Fill();
        Assert.True(_queue.Batches.TryTake(_batch));

        Assert.Equal(0, _queue.QueuedImages);
        Fill();
    }

    [Fact]
    public void Several_requests_are_added_all_or_none()
    {
        Assert.True(_queue.TryEnqueue(InferenceRoom.Request(1)));

        Assert.False(_queue.TryEnqueueAll([.. Enumerable.Range(0, 10).Select(_ => InferenceRoom.Request(1))]));
        Assert.Equal(1, _queue.QueuedImages);
        Assert.True(_queue.TryEnqueueAll([.. Enumerable.Range(0, 9).Select(_ => InferenceRoom.Request(1))]));
        Assert.Equal(10, _queue.QueuedImages);
    }

    [Fact]
    public async Task Rivals_for_the_last_places_never_get_more_than_there_are()
    {
        var accepted = 0;
        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, (_, _) =>
        {
            if (_queue.TryEnqueue(InferenceRoom.Request(1, 2, 3))) Interlocked.Increment(ref accepted);
            return ValueTask.CompletedTask;
        });

        Assert.Equal((3, 9), (accepted, _queue.QueuedImages));
    }

    [Fact]
    public async Task Predictions_go_before_bulk_work_that_came_earlier_and_each_lane_keeps_its_order()
    {
        var chunk = InferenceRoom.Request(1, 2, 3);
        var (first, second) = (InferenceRoom.Request(1), InferenceRoom.Request(2));
        await _queue.EnqueueBulkAsync(chunk, TestContext.Current.CancellationToken);
        Assert.True(_queue.TryEnqueue(first));
        Assert.True(_queue.TryEnqueue(second));

        Assert.True(_queue.Batches.TryTake(_batch));

        Assert.Equal([first, second, chunk], _batch.Requests.ToArray());
        Assert.Equal(5, _batch.Images);
    }

    [Fact]
    public async Task Bulk_work_waits_for_room_and_a_full_bulk_lane_refuses_no_prediction()
    {
        await EnqueueChunk();
        await EnqueueChunk();
        var third = EnqueueChunk();
        Assert.False(third.IsCompleted);
        Fill();

        Assert.True(_queue.Batches.TryTake(_batch));

        await third.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(10 + 16, _batch.Images);
        Assert.Equal(8, _queue.ImagesIn(PriorityLane.Bulk));
    }

    [Fact]
    public async Task Bulk_work_that_gives_up_waiting_takes_no_room()
    {
        await EnqueueChunk();
        await EnqueueChunk();
        using var givingUp = new CancellationTokenSource();
        var third = _queue.EnqueueBulkAsync(InferenceRoom.Request(new int[8]), givingUp.Token).AsTask();
        await givingUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.Equal(16, _queue.QueuedImages);
        Assert.True(_queue.Batches.TryTake(_batch));
        Assert.Equal(0, _queue.QueuedImages);
    }

    [Fact]
    public Task A_chunk_larger_than_the_chunk_size_is_a_mistake_of_the_caller() =>
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _queue.EnqueueBulkAsync(InferenceRoom.Request(new int[9]), CancellationToken.None).AsTask());

    [Fact]
    public void An_abandoned_request_is_dropped_when_its_turn_comes()
    {
        using var leaving = new CancellationTokenSource();
        var (abandoned, other) = (InferenceRoom.Abandonable(leaving.Token, 1, 2, 3), InferenceRoom.Request(4));
        Assert.True(_queue.TryEnqueueAll([abandoned, other]));
        leaving.Cancel();

        Assert.True(_queue.Batches.TryTake(_batch));

        Assert.Equal([other], _batch.Requests.ToArray());
        Assert.True(abandoned.Completion.IsCanceled);
        Assert.Equal(0, _queue.QueuedImages);
    }

    [Fact]
    public void A_queue_of_nothing_but_abandoned_requests_has_no_batch()
    {
        using var leaving = new CancellationTokenSource();
        Assert.True(_queue.TryEnqueue(InferenceRoom.Abandonable(leaving.Token, 1)));
        leaving.Cancel();

        Assert.False(_queue.Batches.TryTake(_batch));
        Assert.Equal(0, _queue.QueuedImages);
    }

    [Fact]
    public async Task A_prediction_that_waited_past_the_deadline_is_not_computed()
    {
        var late = InferenceRoom.Request(1);
        Assert.True(_queue.TryEnqueue(late));
        _time.Advance(TimeSpan.FromSeconds(2));
        var inTime = InferenceRoom.Request(2);
        Assert.True(_queue.TryEnqueue(inTime));
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.True(_queue.Batches.TryTake(_batch));

        Assert.Equal([inTime], _batch.Requests.ToArray());
        await Assert.ThrowsAsync<DeadlinePassedException>(() => late.Completion);
    }

    [Fact]
    public async Task The_deadline_is_for_predictions_and_not_for_bulk_work()
    {
        await EnqueueChunk();
        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.True(_queue.Batches.TryTake(_batch));
        Assert.Equal(8, _batch.Images);
    }

    [Fact]
    public async Task The_oldest_wait_is_that_of_either_lane()
    {
        Assert.Equal(TimeSpan.Zero, _queue.OldestWait);
        await EnqueueChunk();
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(_queue.TryEnqueue(InferenceRoom.Request(1)));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(4), _queue.OldestWait);
    }

    [Fact]
    public async Task A_closed_queue_says_why()
    {
        _queue.Close("The GPU has gone.");

        Assert.Equal("The GPU has gone.", Assert.Throws<ServiceUnavailableException>(() => _queue.TryEnqueue(InferenceRoom.Request(1))).Message);
        Assert.Throws<ServiceUnavailableException>(() => _queue.TryEnqueueAll([InferenceRoom.Request(1)]));
        await Assert.ThrowsAsync<ServiceUnavailableException>(EnqueueChunk);
        Assert.Equal(0, _queue.QueuedImages);
    }

    [Fact]
    public async Task Draining_lets_go_of_bulk_work_that_waits_for_room_and_keeps_what_was_accepted()
    {
        await EnqueueChunk();
        await EnqueueChunk();
        var waiting = EnqueueChunk();

        _queue.Drain("Going down.");

        Assert.Equal("Going down.", (await Assert.ThrowsAsync<ServiceUnavailableException>(() => waiting)).Message);
        Assert.True(_queue.Batches.Take(_batch, CancellationToken.None));
        Assert.Equal(16, _batch.Images);
        Assert.False(_queue.Batches.Take(_batch, CancellationToken.None));
    }

    [Fact]
    public void Without_a_measurement_retry_after_is_a_second()
    {
        Fill();
        Assert.Equal("1", RetryAfter.Seconds(_queue.RetryAfter));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(783)]
    [InlineData(785)]
    public void A_request_is_a_whole_number_of_pictures(int bytes) =>
        Assert.Throws<ArgumentException>(() => new InferenceRequest(new byte[bytes], CancellationToken.None));

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    private void Fill()
    {
        for (var i = 0; i < 10; i++) Assert.True(_queue.TryEnqueue(InferenceRoom.Request(i)));
        Assert.False(_queue.TryEnqueue(InferenceRoom.Request(0)));
    }

    private Task EnqueueChunk() => _queue.EnqueueBulkAsync(InferenceRoom.Request(new int[8]), CancellationToken.None).AsTask();
}
