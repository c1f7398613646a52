using Microsoft.Extensions.Logging.Abstractions;
using MnistService.Datasets.LabelChecks;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Tests.Inference;

namespace MnistService.Tests.Datasets;

/// <summary>The label check without HTTP and without a neural network: order, limits and cancellation.</summary>
public sealed class LabelCheckerTests : IAsyncDisposable
{
    private const int BulkCapacity = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly InferenceRoom _room = new(null, ("BulkCapacity", $"{BulkCapacity}"), ("Workers", "2"));
    private readonly string _folder = Directory.CreateTempSubdirectory("label-check-").FullName;

    public async ValueTask DisposeAsync()
    {
        await _room.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(5_003)]
    public async Task Each_image_is_compared_with_its_own_label(int count)
    {
        _room.Publish("echo");
        using var images = Write(count, LabelOf);
        var (check, listed) = await CheckAsync(images);
        var expected = Enumerable.Range(0, count).Where(i => LabelOf(i) != DigitOf(i)).Select(i => new SuspiciousEntry(i, LabelOf(i), DigitOf(i), 1)).ToList();
        Assert.Equal(expected, listed);
        Assert.Equal(("echo", expected.Count, expected.Count, 0), (check.Model, check.Count, check.Disagreements, check.Inverted));
        for (var label = 0; label < 10; label++)
            for (var digit = 0; digit < 10; digit++)
                Assert.Equal(expected.Count(entry => entry.Label == label && entry.Predicted == digit), check.Suspicious[label][digit]);
        Assert.Equal(expected, SuspiciousEntry.Unpack(SuspiciousEntry.Pack(listed)));
        images.Complete(); // reading back does not move the write position of the labels
        Assert.Equal(Enumerable.Range(0, count).Select(LabelOf), LabeledImagesFile.Read(Path.Combine(_folder, "set.images")).Images.Labels);
    }

    [Fact]
    public async Task The_list_is_bounded_and_the_count_is_whole()
    {
        _room.Publish("echo");
        const int count = LabelCheck.MaxListed + 2_000;
        using var images = Write(count, i => (byte)((DigitOf(i) + 1) % 10));
        var (check, listed) = await CheckAsync(images);
        Assert.Equal((count, LabelCheck.MaxListed), (check.Count, listed.Count));
        Assert.Equal(Enumerable.Range(0, LabelCheck.MaxListed), listed.Select(entry => entry.Index)); // for equal confidence, the first images are listed
    }

    [Fact]
    public void Only_confident_contradictions_are_suspicious_and_the_most_confident_are_listed_first()
    {
        var tally = new LabelCheckTally();
        float[] Row(int digit, float confidence) => [.. Enumerable.Range(0, 10).Select(i => i == digit ? confidence : (1 - confidence) / 9)];
        float[] probabilities = [.. Row(1, 0.94f), .. Row(1, 0.95f), .. Row(1, 0.99f), .. Row(0, 1f), .. Row(2, 0.97f)];
        tally.Add(new(probabilities, "model", 5, default, default), new byte[5], new byte[5 * DigitImage.PixelCount]);
        Assert.Equal((3, 4), (tally.Result.Count, tally.Result.Disagreements));
        Assert.Equal([2, 4, 1], tally.Listed.Select(entry => entry.Index));
    }

    [Fact]
    public async Task Images_that_are_mostly_ink_are_counted_as_inverted()
    {
        _room.Publish("echo");
        using var images = Write(100, LabelOf, paper: 255);
        Assert.Equal(100, (await CheckAsync(images)).Check.Inverted);
    }

    [Fact]
    public async Task Without_a_model_or_with_one_that_fails_nothing_was_checked()
    {
        using var images = Write(100, LabelOf);
        Assert.Same(LabelCheck.NotDone, (await CheckAsync(images)).Check);
        _room.Publish("broken", _ => throw new InvalidOperationException("broken"));
        Assert.Same(LabelCheck.NotDone, (await CheckAsync(images)).Check);
    }

    [Fact]
    public async Task A_client_that_disconnects_ends_the_check_and_what_is_queued_is_not_computed()
    {
        using var held = new ManualResetEventSlim();
        using var taken = new SemaphoreSlim(0);
        var classifiers = _room.Publish("held", _ =>
        {
            taken.Release();
            held.Wait();
        });
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(TestHttp.Cancellation);
        using var images = Write(5_000, LabelOf);
        var running = new LabelChecker(_room.Queue, NullLogger<LabelChecker>.Instance).CheckAsync(images, gone.Token);
        try
        {
            for (var worker = 0; worker < 2; worker++) await taken.WaitAsync(Patience, TestHttp.Cancellation);
            for (var end = DateTime.UtcNow + Patience; _room.Queue.QueuedImages < BulkCapacity; await Task.Delay(1, TestHttp.Cancellation))
                Assert.True(DateTime.UtcNow < end, "The bulk lane was never full.");
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience, TestHttp.Cancellation));
        }
        finally
        {
            held.Set();
        }
        var last = InferenceRoom.Request(3);
        await _room.Queue.EnqueueBulkAsync(last, TestHttp.Cancellation);
        await last.Completion.WaitAsync(Patience, TestHttp.Cancellation);
        Assert.InRange(classifiers.Sum(classifier => classifier.BatchSizes.Sum()), 3, 2 * 32 + 1); // at most the two held batches and the last image
    }

    private static byte DigitOf(int index) => (byte)(index * 7 / 3 % 10);

    private static byte LabelOf(int index) => (byte)(index % 13 == 0 ? index % 10 : DigitOf(index));

    /// <summary>Writes images for which <see cref="EchoClassifier"/> predicts <see cref="DigitOf"/>.</summary>
    private LabeledImagesWriter Write(int count, Func<int, byte> label, byte paper = 0)
    {
        var images = new LabeledImagesWriter(Path.Combine(_folder, "set.images"));
        var pixels = Enumerable.Repeat(paper, DigitImage.PixelCount).ToArray();
        for (var i = 0; i < count; i++)
        {
            pixels[0] = DigitOf(i);
            images.Add(pixels, [label(i)]);
        }
        return images;
    }

    private Task<(LabelCheck Check, IReadOnlyList<SuspiciousEntry> Listed)> CheckAsync(LabeledImagesWriter images) =>
        new LabelChecker(_room.Queue, NullLogger<LabelChecker>.Instance).CheckAsync(images, TestHttp.Cancellation);
}
