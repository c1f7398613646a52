using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.BadInputs;

/// <summary>CSV dialects of the same file: over HTTP, each gives the same submission, the same score and the same data set.</summary>
public sealed class ManyWaysCsvTests(ManyWaysCsvTests.Expected expected) : IClassFixture<ManyWaysCsvTests.Expected>
{
    private static readonly string[] Plain = [DatasetFiles.Header, .. DatasetFiles.Rows[..120]];

    /// <summary>The responses to the file in Kaggle's own CSV format.</summary>
    public sealed class Expected : IAsyncLifetime
    {
        private readonly ServiceApplication _application = new();

        internal HttpClient Client { get; private set; } = null!;

        internal string Csv { get; private set; } = "";

        internal string Score { get; private set; } = "";

        internal string Sha256 { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Client = _application.Start();
            (Csv, Score, Sha256) = await AnswersAsync(Text(Plain));
            Assert.StartsWith("ImageId,Label\n1,", Csv, StringComparison.Ordinal);
        }

        public ValueTask DisposeAsync() => _application.DisposeAsync();

        internal async Task<(string Csv, string Score, string Sha256)> AnswersAsync(byte[] file)
        {
            using var bare = await Client.PostAsync("/submissions", TestHttp.Body(file, "text/csv"), TestHttp.Cancellation);
            var csv = await bare.Content.ReadAsStringAsync(TestHttp.Cancellation);
            Assert.True(bare.StatusCode == HttpStatusCode.Created, csv);
            using var scored = new HttpRequestMessage(HttpMethod.Post, "/submissions") { Content = TestHttp.Body(file, "text/csv") };
            scored.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            var summary = await (await Client.SendAsync(scored, TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Created);
            var set = await (await Client.PostDatasetAsync(file)).JsonAsync(HttpStatusCode.Created);
            return (csv, $"{summary["accuracy"]} {summary["confusionMatrix"]?.ToJsonString()}", (string)set["sha256"]!);
        }
    }

    public static TheoryData<string> Ways() =>
    [
        "CRLF", "mixed ends of lines", "no last newline", "CRLF and no last newline", "a BOM", "a BOM, CRLF and no last newline", "quotes", "spaces", "blank lines at the end",
        "label last", "label in the middle", "pixels shuffled", "12.0 for 12", "upper case", "gzip",
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_way_to_write_a_file_gives_the_same(string way) =>
        Assert.Equal((expected.Csv, expected.Score, expected.Sha256), await expected.AnswersAsync(Written(way)));

    [Fact]
    public async Task Without_a_header_the_first_row_is_data_and_the_answers_are_the_same()
    {
        using var answer = await expected.Client.PostAsync("/submissions", TestHttp.Body(Text(Plain[1..].Select(row => row[2..])), "text/csv"), TestHttp.Cancellation);
        Assert.Equal(expected.Csv, await answer.Content.ReadAsStringAsync(TestHttp.Cancellation));
    }

    private static byte[] Text(IEnumerable<string> lines, string end = "\n") => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + end)));

    private static byte[] Cells(Func<string, int, string> change) => Text(Plain.Select(line => string.Join(',', line.Split(',').Select(change))));

    private static byte[] Columns(Func<string[], IEnumerable<string>> order) => Text(Plain.Select(line => string.Join(',', order(line.Split(',')))));

    private static byte[] Written(string way)
    {
        ReadOnlySpan<byte> bom = [0xEF, 0xBB, 0xBF];
        int[] shuffled = [.. Enumerable.Range(0, 785)];
        new Random(1).Shuffle(shuffled);
        return way switch
        {
            "CRLF" => Text(Plain, "\r\n"),
            "mixed ends of lines" => Encoding.UTF8.GetBytes(string.Concat(Plain.Select((line, i) => line + (i % 3 == 0 ? "\r\n" : "\n")))),
            "no last newline" => Text(Plain)[..^1],
            "CRLF and no last newline" => Text(Plain, "\r\n")[..^2],
            "a BOM" => [.. bom, .. Text(Plain)],
            "a BOM, CRLF and no last newline" => [.. bom, .. Text(Plain, "\r\n")[..^2]],
            "quotes" => Cells((cell, _) => $"\"{cell}\""),
            "spaces" => Cells((cell, _) => $" {cell}\t"),
            "blank lines at the end" => [.. Text(Plain), .. "\n\r\n  \n"u8],
            "label last" => Columns(cells => cells[1..].Append(cells[0])),
            "label in the middle" => Columns(cells => cells[1..401].Append(cells[0]).Concat(cells[401..])),
            "pixels shuffled" => Columns(cells => shuffled.Select(i => cells[i])),
            "12.0 for 12" => Cells((cell, i) => char.IsAsciiDigit(cell[0]) && i > 0 ? cell + ".0" : cell),
            "upper case" => Text([Plain[0].ToUpperInvariant(), .. Plain[1..]]),
            "gzip" => TestHttp.Gzip(Text(Plain)),
            _ => throw new ArgumentOutOfRangeException(nameof(way), way, null),
        };
    }
}
