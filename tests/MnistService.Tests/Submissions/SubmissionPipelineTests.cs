using System.Text;
using MnistService.Model.Datasets;
using MnistService.Submissions;
using MnistService.Tests.Inference;

namespace MnistService.Tests.Submissions;

/// <summary>The submission pipeline without HTTP and without a network: order of the results, bad rows, cancellation.</summary>
public sealed class SubmissionPipelineTests : IAsyncDisposable
{
    private const int BulkCapacity = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly InferenceRoom _room = new(null, ("BulkCapacity", $"{BulkCapacity}"), ("Workers", "2"));

    private static string Zeros { get; } = string.Concat(Enumerable.Repeat(",0", 783));

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(5_003)]
    public async Task Answers_are_in_the_order_of_the_rows(int rows)
    {
        _room.Publish("echo");
        var (tally, model) = await RunAsync(Text(rows), TestHttp.Cancellation);
        Assert.Equal(Enumerable.Range(0, rows).Select(DigitOf), tally.Digits.ToArray());
        Assert.Equal("echo", model);
    }

    [Fact]
    public async Task Labels_stay_with_their_rows()
    {
        _room.Publish("echo");
        var text = new StringBuilder($"label,{KaggleFiles.Pixels}\n");
        for (var row = 0; row < 1_000; row++) text.Append(row % 3).Append(',').Append(DigitOf(row)).Append(Zeros).Append('\n');
        var (tally, _) = await RunAsync(text.ToString(), TestHttp.Cancellation);
        var matrix = tally.Summarise("", default, "", TimeSpan.FromSeconds(1)).ConfusionMatrix!;
        for (var label = 0; label < 3; label++)
            for (var digit = 0; digit < 10; digit++)
                Assert.Equal(Enumerable.Range(0, 1_000).Count(row => row % 3 == label && DigitOf(row) == digit), matrix[label][digit]);
    }

    [Fact]
    public async Task A_bad_row_is_the_answer_though_later_ones_were_computed_and_the_queue_is_left_empty()
    {
        _room.Publish("echo");
        var lines = Text(3_000).Split('\n');
        lines[1_500] += ",0";
        lines[1_700] = "nonsense";
        var error = await Assert.ThrowsAsync<CsvException>(() => RunAsync(string.Join('\n', lines), TestHttp.Cancellation));
        Assert.Equal(("csv_wrong_cell_count", 1_501L), (error.Code, error.Line));

        var (tally, _) = await RunAsync(Text(10), TestHttp.Cancellation); // is queued behind the remaining rows of the bad file
        Assert.Equal(10, tally.Digits.Length);
        await UntilAsync(() => _room.Queue.QueuedImages == 0); // waiting rows of the bad file are removed without further action
    }

    [Fact]
    public async Task A_full_queue_stops_the_reading_and_whoever_goes_is_computed_no_more()
    {
        using var held = new ManualResetEventSlim();
        using var taken = new SemaphoreSlim(0);
        var classifiers = _room.Publish("held", _ =>
        {
            taken.Release();
            held.Wait();
        });
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(TestHttp.Cancellation);
        using var csv = new MemoryStream(Encoding.ASCII.GetBytes(Text(20_000)));
        var running = RunAsync(csv, gone.Token);
        try
        {
            for (var worker = 0; worker < 2; worker++) await taken.WaitAsync(Patience, TestHttp.Cancellation);
            await UntilAsync(() => _room.Queue.QueuedImages >= BulkCapacity);
            await Task.Delay(50, TestHttp.Cancellation);
            Assert.InRange(csv.Position, 1, csv.Length / 2);

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
        var computed = classifiers.Sum(classifier => classifier.BatchSizes.Sum());
        Assert.InRange(computed, 3, 2 * 32 + 1); // the two blocked batches and the request after them
    }

    private static async Task UntilAsync(Func<bool> reached)
    {
        for (var end = DateTime.UtcNow + Patience; !reached(); await Task.Delay(1, TestHttp.Cancellation)) Assert.True(DateTime.UtcNow < end, "It never came to that.");
    }

    private static byte DigitOf(int row) => (byte)(row * 7 / 3 % 10);

    private static string Text(int rows) =>
        string.Join('\n', Enumerable.Range(0, rows).Select(row => $"{DigitOf(row)}{Zeros}").Prepend(KaggleFiles.Pixels));

    private Task<(SubmissionTally Tally, string Model)> RunAsync(string text, CancellationToken cancellation) =>
        RunAsync(new MemoryStream(Encoding.ASCII.GetBytes(text)), cancellation);

    private async Task<(SubmissionTally Tally, string Model)> RunAsync(Stream csv, CancellationToken cancellation)
    {
        using var reader = new KaggleCsvReader(csv, new());
        await reader.ReadHeaderAsync(cancellation);
        return await new SubmissionPipeline(_room.Queue).RunAsync(reader, new RunningSubmissions().Begin(null), cancellation);
    }
}
