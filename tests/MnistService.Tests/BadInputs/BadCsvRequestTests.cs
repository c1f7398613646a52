using System.Text;
using MnistService.Tests.Datasets;
using MnistService.Tests.Submissions;

namespace MnistService.Tests.BadInputs;

/// <summary>
/// Sends labeled CSV files that cannot be parsed to both routes that accept them. The problem response states the position and the cause, and the service
/// stores nothing of the file. <c>BadCsvTests</c> in the library's test project covers more cases of each kind.
/// </summary>
public sealed class BadCsvRequestTests(BadCsvRequestTests.Limited service) : IClassFixture<BadCsvRequestTests.Limited>
{
    /// <summary>A service that accepts at most 28,000 rows, the number of rows of Kaggle's test file.</summary>
    public sealed class Limited() : AttackedService(("MnistService__Submissions__MaxRows", "28000"), ("MnistService__Datasets__MaxImages", "28000"));

    private static readonly string[] Rows = DatasetFiles.Rows[..120];

    public static TheoryData<string, string, int, string, int?, int?, string> Files()
    {
        var files = new TheoryData<string, string, int, string, int?, int?, string>();
        foreach (var route in new[] { "/submissions", "/datasets" })
        {
            void Add(string what, int status, string code, int? line, int? column, string detail) => files.Add(route, what, status, code, line, column, detail);
            foreach (var cell in new[] { "NaN", "seven", "1e2", "12.5", "-1", "256", "1e309", "0x1F", "=cmd()", "=cmd|' /C calc'!A0", "@SUM(1)" })
                Add($"a cell {cell}", 422, "csv_bad_value", 4, 392, $"Line 4, column 392 (pixel390): found '{cell}', expected an integer 0–255.");
            Add("an empty cell", 422, "csv_bad_value", 4, 392, "found an empty cell");
            Add("a NUL", 422, "csv_bad_value", 4, 392, @"found '\u0000'");
            Add("an escape sequence", 422, "csv_bad_value", 4, 392, @"found '\u001b[31m'");
            Add("invalid UTF-8", 422, "csv_bad_value", 4, 392, @"found '\ufffd'");
            Add("a label above 9", 422, "csv_bad_value", 4, 1, "Line 4, column 1 (label): found '10', expected a digit 0–9.");
            Add("a row of 784 cells", 422, "csv_wrong_cell_count", 4, null, "Line 4 has 784 cells, expected 785.");
            Add("a row of 786 cells", 422, "csv_wrong_cell_count", 4, null, "Line 4 has 786 cells, expected 785.");
            Add("a blank line in the middle", 422, "csv_blank_line", 4, null, "Line 4 is blank");
            Add("a missing column", 422, "csv_bad_header", 1, null, "missing: pixel12.");
            Add("a duplicate column", 422, "csv_bad_header", 1, null, "duplicate: 'pixel11'");
            Add("an extra column", 422, "csv_bad_header", 1, null, "unexpected: 'pixel784'");
            Add("labels without a header", 422, "csv_bad_header", 1, null, "785 numbers and is not a header");
            Add("semicolons", 422, "csv_separator", 1, null, "semicolons");
            Add("tabs", 422, "csv_separator", 1, null, "tabs");
            Add("semicolons below the header", 422, "csv_wrong_cell_count", 2, null, "semicolons");
            Add("UTF-16", 415, "csv_encoding", null, null, "UTF-16");
            Add("UTF-16 with its mark", 415, "csv_encoding", null, null, "UTF-16");
            Add("a header only", 422, "csv_no_rows", null, null, "no row");
            Add("nothing", 400, "csv_empty", null, null, "empty");
            Add("blank lines only", 422, "csv_no_rows", null, null, "only blank lines");
            Add("a cell of 10 MB", 413, "csv_line_too_long", 4, null, "Line 4 is longer than 65536 bytes");
            Add("plain text that is said to be gzip", 415, "encoding_mismatch", null, null, "gzip");
            Add("a gzip that ends early", 400, "body_unreadable", null, null, "damaged");
            Add("an error in row 27,999", 422, "csv_bad_value", 28_000, 785, "Line 28000, column 785 (pixel783): found 'x'");
        }
        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public Task A_bad_file_is_a_problem_that_says_where_and_leaves_nothing(string route, string what, int status, string code, int? line, int? column, string detail) =>
        service.SurvivesAsync(async client =>
        {
            var body = TestHttp.Body(File(what), "text/csv");
            if (what.EndsWith("said to be gzip", StringComparison.Ordinal)) body.Headers.ContentEncoding.Add("gzip");
            var problem = await (await client.PostAsync(route, body, TestHttp.Cancellation)).ProblemAsync(status, code);
            Assert.Equal((line, column), ((int?)problem["line"], (int?)problem["column"]));
            var said = (string)problem["detail"]!;
            Assert.Contains(detail, said, StringComparison.Ordinal);
            Assert.DoesNotContain(said, char.IsControl);
            await NothingIsKeptAsync(client);
        });

    /// <summary>The service answers as soon as one row exceeds the limit, although the client has not ended the body.</summary>
    [Theory]
    [InlineData("/submissions", "")]
    [InlineData("/submissions", "label,")]
    [InlineData("/datasets", "label,")]
    public Task More_rows_than_may_be_are_413_as_soon_as_they_are(string route, string label) => service.SurvivesAsync(async client =>
    {
        var header = Encoding.ASCII.GetBytes($"{label}{KaggleFiles.Pixels}\n");
        var row = Encoding.ASCII.GetBytes((label.Length > 0 ? "1," : "") + string.Join(',', Enumerable.Repeat(0, 784)) + "\n");
        var thousand = (byte[])[.. Enumerable.Repeat(row, 1_000).SelectMany(bytes => bytes)];
        using var raw = await RawClient.ConnectAsync(service.Address);
        await raw.SendAsync($"POST {route} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
        await raw.SendChunksAsync([header, .. Enumerable.Repeat(thousand, 28), row]);
        var problem = (await raw.ReadAsync()).Problem(413, "csv_too_many_rows");
        Assert.Equal(28_002, (int?)problem["line"]);
        await NothingIsKeptAsync(client);
    });

    private async Task NothingIsKeptAsync(HttpClient client)
    {
        Assert.Equal(0, (int)(await client.GetJsonAsync("/submissions"))["total"]!);
        Assert.Equal(["strokes", "mnist"], (await client.GetJsonAsync("/datasets"))["datasets"]!.AsArray().Select(set => (string?)set!["id"]));
        foreach (var folder in new[] { "submissions", "datasets" }.Select(name => Path.Combine(service.Folder, "data", name)).Where(Directory.Exists))
            Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    private static byte[] File(string what)
    {
        const string Header = "label,";
        static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
        static byte[] Line4(string line) => DatasetFiles.Csv([.. Rows[..2], line, .. Rows[2..]]);
        static string With(int column, string cell) => string.Join(',', Rows[2].Split(',').Select((old, i) => i == column ? cell : old));
        static byte[] Named(string name, string other) => Text(Encoding.UTF8.GetString(DatasetFiles.Csv(Rows)).Replace($",{name},", other, StringComparison.Ordinal));
        if (what is "a cell of 10 MB") return Line4(With(391, new string('7', 10_000_000)));
        if (what.StartsWith("a cell ", StringComparison.Ordinal)) return Line4(With(391, what["a cell ".Length..]));
        return what switch
        {
            "an empty cell" => Line4(With(391, "")),
            "a NUL" => Line4(With(391, "\0")),
            "an escape sequence" => Line4(With(391, "\u001b[31m")),
            "invalid UTF-8" => [.. Line4(With(391, "?")).Select(b => b == (byte)'?' ? (byte)0xFF : b)],
            "a label above 9" => Line4(With(0, "10")),
            "a row of 784 cells" => Line4(Rows[2][..Rows[2].LastIndexOf(',')]),
            "a row of 786 cells" => Line4(Rows[2] + ",0"),
            "a blank line in the middle" => Line4(""),
            "a missing column" => Named("pixel12", ","),
            "a duplicate column" => Named("pixel12", ",pixel11,"),
            "an extra column" => Named("pixel12", ",pixel12,pixel784,"),
            "labels without a header" => Text(string.Join('\n', Rows)),
            "semicolons" => Text(Encoding.UTF8.GetString(DatasetFiles.Csv(Rows)).Replace(',', ';')),
            "tabs" => Text(Encoding.UTF8.GetString(DatasetFiles.Csv(Rows)).Replace(',', '\t')),
            "semicolons below the header" => DatasetFiles.Csv(Rows.Select(row => row.Replace(',', ';'))),
            "UTF-16" => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(DatasetFiles.Csv(Rows))),
            "UTF-16 with its mark" => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Header + KaggleFiles.Pixels)],
            "a header only" => DatasetFiles.Csv([]),
            "nothing" => [],
            "blank lines only" => Text("\n \r\n\n\n"),
            "plain text that is said to be gzip" => DatasetFiles.Csv(Rows),
            "a gzip that ends early" => TestHttp.Gzip(DatasetFiles.Csv(Rows))[..^4],
            "an error in row 27,999" => DatasetFiles.Csv([.. Enumerable.Range(0, 27_998).Select(i => Rows[i % Rows.Length]), Rows[0][..^1] + "x", Rows[1]]),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };
    }
}
