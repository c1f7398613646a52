using System.Collections.Concurrent;
using System.Text;
using MnistService.Model.Datasets;
using MnistService.TestSupport;
using static MnistService.Model.Tests.Datasets.CsvFiles;

namespace MnistService.Model.Tests.Datasets;

/// <summary>Tests of the parallel parsing of blocks: file order, the first error, and cancellation at any time.</summary>
public sealed class KaggleCsvFlowTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\n", 1)]
    [InlineData("\n", 2_000)]
    [InlineData("\r\n", 701)]
    public async Task A_block_may_end_anywhere_in_the_text(string newline, int piece)
    {
        var text = Encoding.ASCII.GetBytes(string.Join(newline, Enumerable.Range(0, 7).Select(Row).Prepend(Header)));
        byte[] pixels = [.. Enumerable.Range(0, 7).SelectMany(PixelsOf)];
        for (var bytes = 1; bytes < 9_000; bytes += piece == 1 ? 997 : 37)
            Assert.Equal(pixels, (await FlowAsync(text, piece, new() { BlockBytes = bytes })).Pixels);
    }

    [Fact]
    public async Task Every_place_to_split_the_text_gives_the_same_rows()
    {
        var text = Encoding.ASCII.GetBytes($"label,{Header}\r\n3,{Row(5)}\r\n9,{Row(77)}\r\n");
        for (var first = 1; first < text.Length; first += first < text.Length - 3_000 ? 13 : 1)
        {
            using var stream = new SplitStream(text, first);
            var content = await FlowAsync(stream, new() { BlockBytes = 4_096 }, blocks: 3);
            Assert.Equal([.. PixelsOf(5), .. PixelsOf(77)], content.Pixels);
            Assert.Equal([3, 9], content.Labels);
        }
    }

    [Fact]
    public async Task Random_files_come_to_the_same_rows_or_the_same_first_error_as_line_by_line()
    {
        var codes = new HashSet<string?>();
        foreach (var seed in TestSeed.Each(0, 400))
        {
            var random = new Random(seed);
            var text = Write(random);
            var options = new KaggleCsvOptions { MaxRows = random.Next(50, 250), MaxLineBytes = 9_000, BlockBytes = random.Next(1, 20_000) };
            var expected = CsvReference.Read(text, options);
            codes.Add(expected.Code);
            var read = FlowAsync(Encoding.ASCII.GetBytes(text), random.Next(1, 30_000), options, random.Next(1, 12));
            if (expected.Code is null)
            {
                Assert.Equal(expected.Pixels, (await read).Pixels);
                Assert.Equal(expected.Labels, (await read).Labels);
                continue;
            }
            var error = await Assert.ThrowsAsync<CsvException>(() => read);
            Assert.Equal((expected.Code, expected.Line, expected.Column), (error.Code, error.Line, error.Column));
        }
        Assert.Equal(6, codes.Count); // all five kinds of errors occurred, and valid files
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_file_however_long_each_takes()
    {
        using var reader = await ReaderAsync(Text(rows: 600));
        var (order, random) = (new List<int>(), new Random(3));
        int[] delays = [.. Enumerable.Range(0, 600).Select(_ => random.Next(3))];
        await new KaggleCsvFlow(reader, 7).RunAsync(async (block, _) =>
        {
            block.Parse();
            await Task.Delay(delays[NumberOf(block)], Cancellation);
            return NumberOf(block);
        }, (block, number) =>
        {
            for (var i = 0; i < block.Rows; i++) order.Add(NumberOf(block, i));
            Assert.Equal(number, NumberOf(block)); // a block is not reused before it is collected
        }, Cancellation);
        Assert.Equal(Enumerable.Range(0, 600), order);
    }

    [Fact]
    public async Task An_error_waits_for_the_blocks_before_it_and_drops_those_behind()
    {
        const int Rows = KaggleCsvBlock.UsualRows;
        var lines = Text(rows: 10 * Rows).Split('\n');
        lines[1 + 5 * Rows] += ",0"; // the first row of the sixth block
        using var reader = await ReaderAsync(string.Join('\n', lines));
        var (before, behind, stopped) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var collected = new List<int>();
        var running = new KaggleCsvFlow(reader, 8).RunAsync(async (block, ended) =>
        {
            block.Parse();
            if (NumberOf(block) == 4 * Rows) await before.Task;
            if (NumberOf(block) == 7 * Rows)
            {
                behind.SetResult();
                await Task.Delay(Timeout.Infinite, ended).ContinueWith(_ => stopped.SetResult(), TaskScheduler.Default);
            }
            return NumberOf(block);
        }, (_, number) => collected.Add(number), Cancellation);

        await behind.Task.WaitAsync(Patience, Cancellation);
        await Task.Delay(20, Cancellation);
        Assert.False(running.IsCompleted); // the fifth block is not done, so the error of the sixth is not reported yet
        before.SetResult();
        var error = await Assert.ThrowsAsync<CsvException>(() => running.WaitAsync(Patience, Cancellation));
        Assert.Equal(2L + 5 * Rows, error.Line);
        Assert.Equal([0, Rows, 2 * Rows, 3 * Rows, 4 * Rows], collected);
        await stopped.Task.WaitAsync(Patience, Cancellation); // the block behind the error was canceled
    }

    [Fact]
    public async Task One_that_is_slow_stops_the_reading_and_an_end_frees_the_blocks()
    {
        var seen = await AbortedAsync();
        await Task.Delay(1, Cancellation); // leaves the stack of the completed flow
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.NotEmpty(seen);
        Assert.All(seen, block => Assert.False(block.TryGetTarget(out _)));
    }

    /// <summary>Starts to parse an endless file whose blocks never complete, cancels it, and returns weak references to the blocks.</summary>
    private static async Task<List<WeakReference<KaggleCsvBlock>>> AbortedAsync()
    {
        const int Blocks = 4;
        using var stream = new RepeatedStream(Encoding.ASCII.GetBytes(Header + "\n"), Encoding.ASCII.GetBytes(Row(1) + "\n"));
        using var reader = new KaggleCsvReader(stream, new());
        await reader.ReadHeaderAsync(Cancellation);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var seen = new ConcurrentDictionary<KaggleCsvBlock, bool>();
        var all = new TaskCompletionSource();
        var running = new KaggleCsvFlow(reader, Blocks).RunAsync<bool>(async (block, ended) =>
        {
            if (seen.TryAdd(block, true) && seen.Count == Blocks) all.TrySetResult();
            await Task.Delay(Timeout.Infinite, ended);
            return true;
        }, (_, _) => Assert.Fail("No block was done."), gone.Token);
        await all.Task.WaitAsync(Patience, Cancellation);
        await Task.Delay(50, Cancellation);
        var read = stream.Position;
        Assert.InRange(read, 1, (Blocks + 1) * 128 * 1024);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience, Cancellation));
        Assert.Equal(read, stream.Position);
        return [.. seen.Keys.Select(block => new WeakReference<KaggleCsvBlock>(block))];
    }

    /// <summary>A file whose rows contain their row number in the first two pixels.</summary>
    private static string Text(int rows)
    {
        var zeros = string.Concat(Enumerable.Repeat(",0", 782));
        return string.Join('\n', Enumerable.Range(0, rows).Select(row => $"{row / 256},{row % 256}{zeros}").Prepend(Header));
    }

    private static int NumberOf(KaggleCsvBlock block, int row = 0) => block.Pixels.Span[row * 784] * 256 + block.Pixels.Span[row * 784 + 1];

    private static async Task<KaggleCsvReader> ReaderAsync(string text)
    {
        var reader = new KaggleCsvReader(new MemoryStream(Encoding.ASCII.GetBytes(text)), new() { BlockBytes = 1 << 20 });
        await reader.ReadHeaderAsync(Cancellation);
        return reader;
    }

    private static async Task<Content> FlowAsync(byte[] text, int piece, KaggleCsvOptions options, int blocks = 4)
    {
        using var stream = new ChunkedStream(text, piece);
        return await FlowAsync(stream, options, blocks);
    }

    private static async Task<Content> FlowAsync(Stream stream, KaggleCsvOptions options, int blocks)
    {
        using var reader = new KaggleCsvReader(stream, options);
        await reader.ReadHeaderAsync(Cancellation);
        var (pixels, labels) = (new List<byte>(), new List<byte>());
        await new KaggleCsvFlow(reader, blocks).RunAsync((block, _) =>
        {
            block.Parse();
            return Task.FromResult(block.Rows);
        }, (block, rows) =>
        {
            Assert.Equal(rows, block.Rows);
            pixels.AddRange(block.Pixels.Span);
            labels.AddRange(block.Labels);
        }, Cancellation);
        return new([.. pixels], [.. labels], reader.HasLabels);
    }

    /// <summary>Creates a file of 1 to 199 rows; half of the files contain one or two errors.</summary>
    private static string Write(Random random)
    {
        var hasLabel = random.Next(2) == 0;
        var lines = new List<string> { hasLabel ? $"label,{Header}" : Header };
        for (var rows = random.Next(1, 200); rows > 0; rows--)
        {
            var row = string.Join(',', Enumerable.Range(0, 784).Select(_ => random.Next(5) > 0 ? "0" : $"{random.Next(256)}"));
            lines.Add(hasLabel ? $"{random.Next(10)},{row}" : row);
        }
        for (var errors = random.Next(4) - 1; errors > 0; errors--)
        {
            var at = random.Next(1, lines.Count);
            switch (random.Next(5))
            {
                case 0: lines.Insert(at, random.Next(2) == 0 ? "" : " \t"); break;
                case 1: lines[at] += ",0"; break;
                case 2: lines[at] = lines[at].Length > 2 ? lines[at][..^2] : lines[at]; break;
                case 3: lines[at] = With(lines[at], random); break;
                default: lines[at] += new string('1', 9_000); break;
            }
        }
        var newline = random.Next(2) == 0 ? "\n" : "\r\n";
        return string.Join(newline, lines) + (random.Next(2) == 0 ? newline : "");
    }

    private static string With(string line, Random random)
    {
        var cells = line.Split(',');
        cells[random.Next(cells.Length)] = new[] { "256", "x", "", "-1", "1e2" }[random.Next(5)];
        return string.Join(',', cells);
    }

    /// <summary>Returns no more than the first <paramref name="first"/> bytes, and then the rest.</summary>
    private sealed class SplitStream(byte[] bytes, int first) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(Position < first ? buffer[..(int)Math.Min(buffer.Length, first - Position)] : buffer, cancellationToken);
    }

    /// <summary>An endless stream: <paramref name="start"/>, then <paramref name="then"/> repeatedly.</summary>
    private sealed class RepeatedStream(byte[] start, byte[] then) : MemoryStream
    {
        private long _position;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (ref var b in buffer.Span)
            {
                b = _position < start.Length ? start[_position] : then[(_position - start.Length) % then.Length];
                _position++;
            }
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
