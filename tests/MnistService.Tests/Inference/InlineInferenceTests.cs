using MnistService.Inference;
using MnistService.Model.Imaging;
using MnistService.Model.Inference;

namespace MnistService.Tests.Inference;

/// <summary>Inline inference: while a worker is idle, an image is classified on the caller's thread.</summary>
public sealed class InlineInferenceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task An_idle_service_answers_on_the_callers_thread()
    {
        await using var room = new InferenceRoom();
        var model = Publish(room, "m1");
        await UntilIdle(room);
        var result = room.Immediate.TryAnswer(Picture(7))!;
        Assert.Equal(1, result.Probabilities[7]);
        Assert.Equal(("m1", 1, TimeSpan.Zero), (result.Model, result.BatchSize, result.Queued));
        Assert.Equal(Environment.CurrentManagedThreadId, model.LastThread);
    }

    [Fact]
    public async Task As_many_compute_at_a_time_as_there_are_workers_and_the_next_goes_through_the_queue()
    {
        await using var room = new InferenceRoom(settings: ("Workers", "2"));
        using var hold = new Hold();
        Publish(room, "m1", onClassify: hold.FirstCall);
        await UntilIdle(room, workers: 2);
        var computing = new[] { Task.Run(() => room.Immediate.TryAnswer(Picture(1))), Task.Run(() => room.Immediate.TryAnswer(Picture(2))) };
        await UntilIdle(room, workers: 0);
        Assert.Null(room.Immediate.TryAnswer(Picture(3)));

        var queued = InferenceRoom.Request(3); // a worker still takes queued requests
        Assert.True(room.Queue.TryEnqueue(queued));
        Assert.Equal(1, (await queued.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken)).Probabilities[3]);
        hold.Release();
        Assert.Equal([1, 2], (await Task.WhenAll(computing)).Select(result => result!.Probabilities.IndexOf(1)));
    }

    [Fact]
    public async Task What_waits_goes_first()
    {
        await using var room = new InferenceRoom(settings: ("Workers", "1"));
        using var hold = new Hold();
        room.Serving.Publish("m1", [new ConcurrentEcho("m1") { OnBatch = hold.FirstCall }]);
        var (computing, waiting) = (InferenceRoom.Request(1), InferenceRoom.Request(2));
        Assert.True(room.Queue.TryEnqueue(computing));
        hold.WaitUntilReached();
        Assert.True(room.Queue.TryEnqueue(waiting));
        Assert.Null(room.Immediate.TryAnswer(Picture(3)));
        hold.Release();
        await Task.WhenAll(computing.Completion, waiting.Completion).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await UntilIdle(room);
        Assert.NotNull(room.Immediate.TryAnswer(Picture(3)));
    }

    [Fact]
    public async Task A_model_that_only_its_workers_may_ask_is_not_asked()
    {
        await using var room = new InferenceRoom();
        room.Publish("m1");
        await UntilIdle(room);
        Assert.Null(room.Immediate.TryAnswer(Picture(3)));
    }

    [Fact]
    public async Task Without_a_model_the_reason_is_told()
    {
        await using var room = new InferenceRoom();
        Assert.Throws<ServiceUnavailableException>(() => room.Immediate.TryAnswer(Picture(3)));
        Publish(room, "m1");
        room.Serving.Fail("The disk is gone.");
        Assert.Equal("The disk is gone.", Assert.Throws<ServiceUnavailableException>(() => room.Immediate.TryAnswer(Picture(3))).Message);
    }

    [Fact]
    public async Task A_failure_is_told_without_its_cause_and_leaves_the_place_free()
    {
        await using var room = new InferenceRoom(settings: ("Workers", "1"));
        var fails = true;
        Publish(room, "m1", onClassify: _ =>
        {
            if (fails) throw new InvalidOperationException("native words");
        });
        await UntilIdle(room);
        Assert.DoesNotContain("native", Assert.Throws<InferenceFailedException>(() => room.Immediate.TryAnswer(Picture(3))).ToString(), StringComparison.Ordinal);
        fails = false;
        Assert.NotNull(room.Immediate.TryAnswer(Picture(3)));
    }

    [Fact]
    public async Task After_a_swap_the_new_model_answers()
    {
        await using var room = new InferenceRoom();
        Publish(room, "m1");
        Publish(room, "m2");
        await UntilIdle(room);
        Assert.Equal("m2", room.Immediate.TryAnswer(Picture(3))!.Model);
    }

    private static ConcurrentEcho Publish(InferenceRoom room, string modelId, Action<byte[]>? onClassify = null)
    {
        var classifiers = Enumerable.Range(0, room.Options.WorkersOn("cpu")).Select(_ => new ConcurrentEcho(modelId) { OnOne = onClassify }).ToList();
        room.Serving.Publish(modelId, classifiers);
        return classifiers[0];
    }

    /// <summary>
    /// Waits until the expected number of places for inline inference is free; by default one per worker. A worker becomes idle shortly after it has started
    /// or has answered a request.
    /// </summary>
    private static async Task UntilIdle(InferenceRoom room, int? workers = null)
    {
        var expected = workers ?? room.Options.WorkersOn("cpu");
        for (var end = DateTime.UtcNow + Patience; room.Queue.Batches.IdlePlaces != expected; await Task.Delay(1, TestContext.Current.CancellationToken))
            Assert.True(DateTime.UtcNow < end, $"{room.Queue.Batches.IdlePlaces} places are idle, not {expected}.");
    }

    private static byte[] Picture(int digit)
    {
        var pixels = new byte[DigitImage.PixelCount];
        pixels[0] = (byte)digit;
        return pixels;
    }

    /// <summary>Classifies an image as the value of its first pixel: batches on the worker's thread, single images on any thread.</summary>
    private sealed class ConcurrentEcho(string modelId) : IDigitClassifier, IConcurrentDigitClassifier
    {
        public string ModelId => modelId;

        public string Device => "cpu";

        public IConcurrentDigitClassifier ForAnyThread => this;

        public int LastThread { get; private set; }

        public Action<byte[]>? OnOne { get; init; }

        public Action<byte[]>? OnBatch { get; init; }

        public float ClassifyOne(ReadOnlySpan<byte> pixels, Span<float> probabilities)
        {
            LastThread = Environment.CurrentManagedThreadId;
            OnOne?.Invoke(pixels.ToArray());
            probabilities[pixels[0]] = 1;
            return float.NaN;
        }

        public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities, Span<float> digitProbabilities)
        {
            digitProbabilities.Fill(float.NaN);
            OnBatch?.Invoke(pixels.ToArray());
            probabilities.Clear();
            for (var image = 0; image < probabilities.Length / 10; image++) probabilities[image * 10 + pixels[image * DigitImage.PixelCount]] = 1;
        }

        public void Dispose()
        {
        }
    }
}
