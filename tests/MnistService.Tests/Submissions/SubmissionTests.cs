using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace MnistService.Tests.Submissions;

/// <summary><c>/submissions</c>: formats of requests and responses, errors, and stored submissions.</summary>
public sealed class SubmissionTests : IAsyncDisposable
{
    private readonly ServiceApplication _application = new(("MnistService:Submissions:MaxRows", "50"), ("MnistService:Submissions:MaxBytes", "1000000"));
    private readonly HttpClient _client;

    public SubmissionTests() => _client = _application.Start();

    private static string Row(int value = 0) => string.Join(',', Enumerable.Repeat(value, 784));

    private static string Csv(params string[] rows) => string.Join('\n', rows.Prepend(KaggleFiles.Pixels)) + "\n";

    private Task<HttpResponseMessage> PostAsync(string csv, string type = "text/csv") =>
        _client.PostAsync("/submissions", TestHttp.Body(Encoding.UTF8.GetBytes(csv), type), TestHttp.Cancellation);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task A_file_is_answered_with_its_submission()
    {
        var response = await PostAsync(Csv(Row(), Row(255), Row(3)));
        var text = await response.Content.ReadAsStringAsync(TestHttp.Cancellation);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Matches(@"^ImageId,Label\n1,\d\n2,\d\n3,\d\n$", text);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData(null)] // a .gz file without a Content-Encoding header
    public async Task A_gzip_file_is_unpacked(string? encoding)
    {
        var body = TestHttp.Body(TestHttp.Gzip(Encoding.UTF8.GetBytes(Csv(Row()))), "text/csv");
        if (encoding is not null) body.Headers.ContentEncoding.Add(encoding);
        Assert.Equal(HttpStatusCode.Created, (await _client.PostAsync("/submissions", body, TestHttp.Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_gzip_file_that_ends_early_is_never_taken_for_a_shorter_one()
    {
        var bytes = TestHttp.Gzip(Encoding.UTF8.GetBytes(Csv(Row(1), Row(2), Row(3))));
        for (var missing = 1; missing < 40; missing++)
        {
            var response = await _client.PostAsync("/submissions", TestHttp.Body(bytes[..^missing], "text/csv"), TestHttp.Cancellation);
            Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity, $"{missing} bytes missing: {response.StatusCode}");
        }
        Assert.Equal(0, (int)(await _client.GetJsonAsync("/submissions"))["total"]!);
    }

    [Fact]
    public async Task A_header_that_says_gzip_of_plain_text_is_a_problem()
    {
        var body = TestHttp.Body(Encoding.UTF8.GetBytes(Csv(Row())), "text/csv");
        body.Headers.ContentEncoding.Add("gzip");
        await (await _client.PostAsync("/submissions", body, TestHttp.Cancellation)).ProblemAsync(415, "encoding_mismatch");
    }

    [Fact]
    public async Task A_form_with_labels_is_scored_as_the_bare_file_is()
    {
        var csv = $"label,{KaggleFiles.Pixels}\n1,{Row()}\n7,{Row(9)}\n";
        _client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var bare = await (await PostAsync(csv)).JsonAsync(HttpStatusCode.Created);
        var form = await (await _client.PostAsync("/submissions", TestHttp.Form(("../x.csv", Encoding.UTF8.GetBytes(csv))), TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Created);
        Assert.NotNull(bare["accuracy"]);
        Assert.Equal(bare["confusionMatrix"]!.ToJsonString(), form["confusionMatrix"]!.ToJsonString());
    }

    public static TheoryData<string, string, int, string, int?> BadFiles()
    {
        var pixels = KaggleFiles.Pixels;
        return new()
        {
            { "nothing", "", 400, "csv_empty", null },
            { "a header only", pixels + "\n", 422, "csv_no_rows", null },
            { "a short row", Csv(Row(), "1,2,3"), 422, "csv_wrong_cell_count", 3 },
            { "a value that is none", Csv(Row(), Row(), "x" + Row()[1..]), 422, "csv_bad_value", 4 },
            { "a value above 255", Csv(Row(256)), 422, "csv_bad_value", 2 },
            { "a blank line in the middle", Csv(Row(), "", Row()), 422, "csv_blank_line", 3 },
            { "a missing column", pixels.Replace(",pixel5,", ",", StringComparison.Ordinal) + "\n" + Row()[2..] + "\n", 422, "csv_bad_header", 1 },
            { "semicolons", Csv(Row()).Replace(',', ';'), 422, "csv_separator", 1 },
            { "too many rows", Csv([.. Enumerable.Repeat(Row(), 51)]), 413, "csv_too_many_rows", 52 },
            { "too many bytes", Csv([.. Enumerable.Repeat(Row(100), 400)]), 413, "csv_too_large", null },
        };
    }

    [Theory]
    [MemberData(nameof(BadFiles))]
    public async Task A_bad_file_is_a_problem_with_its_line_and_nothing_is_kept(string what, string csv, int status, string code, int? line)
    {
        var problem = await (await PostAsync(csv)).ProblemAsync(status, code);
        Assert.True(line is null || line == (int?)problem["line"], $"{what}: {problem}");
        Assert.Equal(0, (int)(await _client.GetJsonAsync("/submissions"))["total"]!);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(Csv(Row()))).StatusCode);
    }

    [Fact]
    public async Task An_error_in_the_last_row_leaves_nothing_behind()
    {
        var problem = await (await PostAsync(Csv([.. Enumerable.Repeat(Row(), 48), Row() + ",0"]))).ProblemAsync(422, "csv_wrong_cell_count");
        Assert.Equal(50, (int?)problem["line"]);
        Assert.Equal(0, (int)(await _client.GetJsonAsync("/submissions"))["total"]!);
        Assert.Empty(Directory.Exists(Path.Combine(_application.Folder, "data", "submissions"))
            ? Directory.GetFiles(Path.Combine(_application.Folder, "data", "submissions")) : []);
    }

    [Fact]
    public async Task Submissions_are_listed_newest_first_paged_read_again_and_deleted()
    {
        var ids = new List<string>();
        for (var rows = 1; rows <= 5; rows++)
            ids.Insert(0, (await PostAsync(Csv([.. Enumerable.Repeat(Row(), rows)]))).Headers.Location!.OriginalString.Split('/')[^1]);

        var page = await _client.GetJsonAsync("/submissions?page=2&pageSize=2");
        Assert.Equal((5, 2), ((int)page["total"]!, (int)page["page"]!));
        Assert.Equal(ids[2..4], page["submissions"]!.AsArray().Select(s => (string)s!["id"]!));
        Assert.Equal(5, (int)(await _client.GetJsonAsync($"/submissions/{ids[0]}"))["rows"]!);
        Assert.Equal(6, (await _client.GetStringAsync($"/submissions/{ids[0]}/submission.csv", TestHttp.Cancellation)).Split('\n').Length - 1);

        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync($"/submissions/{ids[0]}", TestHttp.Cancellation)).StatusCode);
        await (await _client.GetAsync($"/submissions/{ids[0]}", TestHttp.Cancellation)).ProblemAsync(404, "submission_not_found");
        await (await _client.GetAsync($"/submissions/{ids[0]}/submission.csv", TestHttp.Cancellation)).ProblemAsync(404, "submission_not_found");
        await (await _client.DeleteAsync($"/submissions/{ids[0]}", TestHttp.Cancellation)).ProblemAsync(404, "submission_not_found");
        var left = Directory.GetFiles(Path.Combine(_application.Folder, "data", "submissions"));
        Assert.Equal(ids[1..].Order(), left.Select(Path.GetFileNameWithoutExtension).Distinct().Order());
    }

    [Fact]
    public async Task A_submission_may_have_a_name_for_people()
    {
        var body = () => TestHttp.Body(Encoding.UTF8.GetBytes(Csv(Row())), "text/csv");
        var location = (await _client.PostAsync("/submissions?name=Tuesday%27s%20test.csv", body(), TestHttp.Cancellation)).Headers.Location;
        Assert.Equal("Tuesday's test.csv", (string?)(await _client.GetJsonAsync(location!.OriginalString))["name"]);
        await (await _client.PostAsync("/submissions?name=a%0Ab", body(), TestHttp.Cancellation)).ProblemAsync(422, "query_invalid");
        Assert.Null((await _client.GetJsonAsync((await PostAsync(Csv(Row()))).Headers.Location!.OriginalString))["name"]);
    }

    [Fact]
    public async Task The_least_confident_rows_are_shown_as_the_pictures_that_they_are()
    {
        var rows = Enumerable.Range(0, 48).Select(i => string.Join(',', Enumerable.Range(0, 784).Select(pixel => (pixel * (i + 1)) % 256))).ToArray();
        var posted = await PostAsync(Csv(rows));
        Assert.True(posted.IsSuccessStatusCode, await posted.Content.ReadAsStringAsync(TestHttp.Cancellation));
        var id = posted.Headers.Location!.OriginalString.Split('/')[^1];
        var told = (await _client.GetJsonAsync($"/submissions/{id}"))["leastConfident"]!.AsArray();
        var shown = (await _client.GetJsonAsync($"/submissions/{id}/least-confident")).AsArray();
        Assert.Equal(20, shown.Count);
        Assert.Equal(told.Select(row => (int)row!["imageId"]!), shown.Select(row => (int)row!["imageId"]!));
        Assert.All(shown, row => Assert.Equal(rows[(int)row!["imageId"]! - 1], string.Join(',', Convert.FromBase64String((string)row["pixels"]!))));
        await (await _client.GetAsync("/submissions/none/least-confident", TestHttp.Cancellation)).ProblemAsync(404, "submission_not_found");
    }

    [Fact]
    public async Task A_submission_of_an_older_version_is_shown_without_pictures()
    {
        var id = (await PostAsync(Csv(Row()))).Headers.Location!.OriginalString.Split('/')[^1];
        File.Delete(Path.Combine(_application.Folder, "data", "submissions", $"{id}.uncertain"));
        var row = Assert.Single((await _client.GetJsonAsync($"/submissions/{id}/least-confident")).AsArray())!;
        Assert.Equal(1, (int)row["imageId"]!);
        Assert.Null(row["pixels"]);
    }

    [Theory]
    [InlineData("?page=0", 422, "query_invalid")]
    [InlineData("?pageSize=101", 422, "query_invalid")]
    [InlineData("?page=x", 400, "request_invalid")]
    public async Task A_page_that_cannot_be_is_a_problem(string query, int status, string code) =>
        await (await _client.GetAsync("/submissions" + query, TestHttp.Cancellation)).ProblemAsync(status, code);
}
