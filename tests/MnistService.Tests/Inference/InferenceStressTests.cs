using System.Diagnostics;
using MnistService.Inference;

namespace MnistService.Tests.Inference;

/// <summary>Stress tests with real threads: as many interleavings as fit into one or two seconds.</summary>
public sealed class InferenceStressTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(PriorityLane.Predict)]
    [InlineData(PriorityLane.Bulk)]
    public async Task No_wake_up_is_lost_between_one_producer_and_one_worker(object lane)
    {
        await using var room = new InferenceRoom(settings: ("Workers", "1"));
        room.Publish("m1");
        var patience = Stopwatch.StartNew();

        // Each request is enqueued while the worker goes to sleep after the previous one. No other request wakes the worker, so a
        // single lost wake-up blocks the test until its timeout.
        while (patience.ElapsedMilliseconds < 1000) await AskAsync(room, (PriorityLane)lane, digit: 1);
    }

    [Fact]
    public async Task Many_producers_and_many_workers_in_both_lanes_answer_everything_rightly()
    {
        await using var room = new InferenceRoom(settings: [("Workers", "4"), ("QueueCapacity", "10000")]);
        room.Publish("m1");
        var patience = Stopwatch.StartNew();
        var producers = Enumerable.Range(0, 6).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; patience.ElapsedMilliseconds < 1000; i++) await AskAsync(room, producer % 3 == 0 ? PriorityLane.Bulk : PriorityLane.Predict, i % 10);
        }));

        await Task.WhenAll(producers);
        Assert.Equal(0, room.Queue.QueuedImages);
    }

    [Fact]
    public async Task Five_hundred_swaps_under_load_fail_no_request_and_leak_no_network()
    {
        await using var room = new InferenceRoom(settings: [("Workers", "2"), ("QueueCapacity", "10000")]);
        var published = new List<EchoClassifier>(room.Publish("m000"));
        var oldest = "m000"; // the oldest model that may still answer requests enqueued from now on
        using var over = new CancellationTokenSource();
        var producers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var answered = 0;
            for (; !over.IsCancellationRequested; answered++)
            {
                var notBefore = Volatile.Read(ref oldest);
                var request = InferenceRoom.Request(answered % 10, 3);
                Assert.True(room.Queue.TryEnqueue(request));
                var result = await request.Completion.WaitAsync(Soon);
                Assert.Equal((1, 1), (result.Probabilities[answered % 10], result.Probabilities[10 + 3]));
                Assert.True(string.CompareOrdinal(result.Model, notBefore) >= 0, $"{result.Model} answered after {notBefore} had taken over.");
            }
            return answered;
        })).ToList();

        for (var swap = 1; swap <= 500; swap++)
        {
            var model = $"m{swap:000}";
            published.AddRange(room.Publish(model));
            Volatile.Write(ref oldest, model);
        }
        await over.CancelAsync();
        var answers = await Task.WhenAll(producers);
        await room.Serving.StopAsync(CancellationToken.None);

        Assert.True(answers.Sum() > 1000, $"Only {answers.Sum()} requests were answered.");
        Assert.Equal(501 * 2, published.Count);
        Assert.All(published, classifier => Assert.Equal((1, null), (classifier.Disposals, classifier.Breach)));
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_the_rush_leaves_no_request_without_an_end()
    {
        for (var round = 0; round < 30; round++)
        {
            await using var room = new InferenceRoom(settings: [("Workers", "2"), ("BulkCapacity", "16")]);
            room.Publish("m1");
            var producers = Enumerable.Range(0, 4).Select(producer => Task.Run(async () =>
            {
                var accepted = new List<InferenceRequest>();
                try
                {
                    while (true)
                    {
                        var request = InferenceRoom.Request(1);
                        if (producer % 2 == 0) await room.Queue.EnqueueBulkAsync(request, CancellationToken.None);
                        else if (!room.Queue.TryEnqueue(request)) continue;
                        accepted.Add(request);
                    }
                }
                catch (ServiceUnavailableException)
                {
                    return accepted;
                }
            })).ToList();
            await Task.Delay(5, TestContext.Current.CancellationToken);

            await room.Serving.StopAsync(CancellationToken.None).WaitAsync(Soon, TestContext.Current.CancellationToken);

            foreach (var request in (await Task.WhenAll(producers)).SelectMany(accepted => accepted))
                Assert.True(request.Completion.IsCompletedSuccessfully);
            Assert.Equal(0, room.Queue.QueuedImages);
        }
    }

    [Fact]
    public async Task Abandoned_late_and_refused_requests_leave_no_room_taken()
    {
        await using var room = new InferenceRoom(settings: [("Workers", "2"), ("QueueCapacity", "16"), ("BulkCapacity", "16"), ("Deadline", "00:00:00.001")]);
        room.Publish("m1", _ => Thread.Sleep(1));
        var patience = Stopwatch.StartNew();
        var producers = Enumerable.Range(0, 6).Select(producer => Task.Run(async () =>
        {
            var random = new Random(producer);
            while (patience.ElapsedMilliseconds < 700)
            {
                using var leaving = new CancellationTokenSource();
                var request = InferenceRoom.Abandonable(leaving.Token, 1, 2, 3);
                if (producer == 0) await room.Queue.EnqueueBulkAsync(request, CancellationToken.None);
                else if (!room.Queue.TryEnqueue(request)) continue;
                if (random.Next(3) == 0) await leaving.CancelAsync();
                await request.Completion.WaitAsync(Soon).ContinueWith(_ => { }, TaskScheduler.Default);
                Assert.True(request.Completion.IsCompleted, $"Producer and seed {producer}");
            }
        }));

        await Task.WhenAll(producers);

        Assert.Equal((0, 0), (room.Queue.ImagesIn(PriorityLane.Predict), room.Queue.ImagesIn(PriorityLane.Bulk)));
    }

    private static async Task AskAsync(InferenceRoom room, PriorityLane lane, int digit)
    {
        var request = InferenceRoom.Request(digit);
        if (lane == PriorityLane.Bulk) await room.Queue.EnqueueBulkAsync(request, CancellationToken.None);
        else Assert.True(room.Queue.TryEnqueue(request));
        var result = await request.Completion.WaitAsync(Soon);
        Assert.Equal(1, result.Probabilities[digit]);
    }
}
