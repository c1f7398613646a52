using System.Text;
using MnistService.Model.Datasets;
using static MnistService.Model.Tests.Datasets.CsvFiles;

namespace MnistService.Model.Tests.Datasets;

/// <summary>Valid files: every notation of the same rows gives the same pixels, in pieces of any size.</summary>
public sealed class KaggleCsvReaderTests
{
    /// <summary>Files with two rows, Row(5) and Row(77), labeled 3 and 9 if the file has labels.</summary>
    public static TheoryData<string, string, bool> Files()
    {
        var (first, second) = (Row(5), Row(77));
        var quoted = string.Join(',', Pixels.Select(name => $"\"{name}\"")) + "\n" + string.Join(',', first.Split(',').Select(cell => $"\"{cell}\"")) + "\n" + second;
        return new()
        {
            { "LF", $"{Header}\n{first}\n{second}\n", false },
            { "no last newline", $"{Header}\n{first}\n{second}", false },
            { "CRLF", $"{Header}\r\n{first}\r\n{second}\r\n", false },
            { "mixed", $"{Header}\r\n{first}\n{second}\r\n", false },
            { "BOM", $"\uFEFF{Header}\n{first}\n{second}\n", false },
            { "no header", $"{first}\n{second}\n", false },
            { "quotes", quoted, false },
            { "spaces", $" {Header.Replace(",", " , ", StringComparison.Ordinal)}\n{first.Replace(",", " , ", StringComparison.Ordinal)} \n  {second}\n", false },
            { "blank lines at the end", $"{Header}\n{first}\n{second}\n\n\r\n  \n", false },
            { "blank lines at the start", $"\n\n{Header}\n{first}\n{second}\n", false },
            { "decimals that are whole", $"{Header}\n{first.Replace(",", ".0,", StringComparison.Ordinal)}.00\n{second}\n", false },
            { "upper case", $"{Header.ToUpperInvariant()}\n{first}\n{second}\n", false },
            { "label first", $"label,{Header}\n3,{first}\n9,{second}\n", true },
            { "label last", $"{Header},label\n{first},3\n{second},9\n", true },
            { "label in the middle", Middle(first, second), true },
            { "pixels backwards", $"{Backwards(Header)}\n{Backwards(first)}\n{Backwards(second)}\n", false },
        };

        static string Backwards(string line) => string.Join(',', line.Split(',').Reverse());
        static string Middle(string first, string second)
        {
            string Put(string line, string cell) => string.Join(',', line.Split(',').Take(400).Append(cell).Concat(line.Split(',').Skip(400)));
            return $"{Put(Header, "label")}\n{Put(first, "3")}\n{Put(second, "9")}\n";
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Is_read_whatever_the_pieces(string what, string text, bool labels)
    {
        Assert.NotEmpty(what);
        foreach (var chunk in new[] { 1, 2, 3, 7, 4096, int.MaxValue })
        {
            var content = await ReadAsync(text, chunk);
            Assert.Equal([.. PixelsOf(5), .. PixelsOf(77)], content.Pixels);
            Assert.Equal(labels, content.HasLabels);
            if (labels) Assert.Equal([3, 9], content.Labels);
        }
    }

    [Fact]
    public async Task The_most_rows_are_read_and_one_more_is_refused_as_soon_as_it_is_seen()
    {
        var options = new KaggleCsvOptions { MaxRows = 4 };
        var four = $"{Header}\n{string.Join('\n', Enumerable.Repeat(Row(0), 4))}\n";
        Assert.Equal(4 * 784, (await ReadAsync(four, options: options)).Pixels.Length);
        var error = await Assert.ThrowsAsync<CsvException>(() => ReadAsync(four + Row(0) + "\nnonsense", options: options));
        Assert.Equal((CsvError.TooLarge, "csv_too_many_rows", 6L), (error.Error, error.Code, error.Line));
    }

    [Fact]
    public async Task A_line_without_end_is_refused_before_much_of_it_is_read()
    {
        foreach (var start in new[] { $"{Header}\n{Row(0)}\n", "" })
        {
            using var stream = new Endless(Encoding.ASCII.GetBytes(start), (byte)'1');
            var options = new KaggleCsvOptions();
            using var reader = new KaggleCsvReader(stream, options);
            using var block = new KaggleCsvBlock();
            var error = await Assert.ThrowsAsync<CsvException>(async () =>
            {
                await reader.ReadHeaderAsync(TestContext.Current.CancellationToken);
                while (await reader.ReadBlockAsync(block, CancellationToken.None, TestContext.Current.CancellationToken)) block.Parse();
            });
            Assert.Equal((CsvError.TooLarge, "csv_line_too_long"), (error.Error, error.Code));
            Assert.InRange(stream.Position, options.MaxLineBytes, start.Length + 4 * options.MaxLineBytes); // the rest is neither read nor buffered
        }
    }

    /// <summary>An endless stream: <paramref name="start"/>, then <paramref name="then"/> repeatedly.</summary>
    private sealed class Endless(byte[] start, byte then) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            for (var i = 0; i < count; i++, _position++) buffer[offset + i] = _position < start.Length ? start[_position] : then;
            return count;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
