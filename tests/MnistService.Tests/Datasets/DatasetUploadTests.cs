using System.IO.Compression;
using System.Net;
using System.Text;

namespace MnistService.Tests.Datasets;

/// <summary><c>/datasets</c>: what is accepted, what is listed, and what is kept of it.</summary>
public sealed class DatasetUploadTests : IAsyncDisposable
{
    private readonly ServiceApplication _application = new();
    private readonly HttpClient _client;

    public DatasetUploadTests() => _client = _application.Start();

    private string Folder => Path.Combine(_application.Folder, "data", "datasets");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task A_labelled_csv_is_accepted_listed_read_again_and_deleted()
    {
        var response = await _client.PostDatasetAsync(DatasetFiles.Csv(), query: "?name=drawn%20digits");
        var set = await response.JsonAsync(HttpStatusCode.Created);
        var id = (string)set["id"]!;
        Assert.Equal($"/datasets/{id}", response.Headers.Location?.OriginalString);
        Assert.Equal(("drawn digits", "csv", 300, false), ((string?)set["name"], (string?)set["source"], (int)set["images"]!, (bool)set["builtIn"]!));
        Assert.Equal(Enumerable.Repeat(30, 10), set["labels"]!.AsArray().Select(count => (int)count!));
        Assert.Matches("^[0-9a-f]{64}$", (string?)set["sha256"]);
        Assert.Equal([Path.Combine(Folder, $"{id}.images")], Directory.GetFileSystemEntries(Folder));

        Assert.Equal(set.ToJsonString(), (await _client.GetJsonAsync($"/datasets/{id}")).ToJsonString());
        var newer = await _client.AddDatasetAsync(DatasetFiles.Csv());
        var list = (await _client.GetJsonAsync("/datasets"))["datasets"]!.AsArray();
        Assert.Equal([newer, id, "mnist"], list.Select(s => (string?)s!["id"]));

        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync($"/datasets/{newer}", Http.Cancellation)).StatusCode);
        await (await _client.GetAsync($"/datasets/{newer}", Http.Cancellation)).ProblemAsync(404, "dataset_not_found");
        await (await _client.DeleteAsync($"/datasets/{newer}", Http.Cancellation)).ProblemAsync(404, "dataset_not_found");
        Assert.Equal([Path.Combine(Folder, $"{id}.images")], Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public async Task Mnist_is_there_always_and_stays()
    {
        var mnist = await _client.GetJsonAsync("/datasets/mnist");
        Assert.Equal((true, 60_000), ((bool)mnist["builtIn"]!, (int)mnist["images"]!));
        Assert.Null(mnist["labels"]); // its files are not here
        await (await _client.DeleteAsync("/datasets/mnist", Http.Cancellation)).ProblemAsync(409, "dataset_built_in");
    }

    [Fact]
    public async Task Every_way_to_send_the_same_csv_gives_the_same_content()
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(DatasetFiles.Csv());
        var declared = Http.Body(packed.ToArray(), "text/csv");
        declared.Headers.ContentEncoding.Add("gzip");
        HttpContent[] bodies =
        [
            Http.Body(DatasetFiles.Csv(), "text/csv"), Http.Body(DatasetFiles.Csv()), Http.Body(packed.ToArray(), "text/csv"), declared,
            Http.Form(("../../train.csv", DatasetFiles.Csv())), Http.Form(("train.csv.gz", packed.ToArray())),
        ];
        var checksums = new List<string?>();
        foreach (var body in bodies)
            checksums.Add((string?)(await (await _client.PostAsync("/datasets", body, Http.Cancellation)).JsonAsync(HttpStatusCode.Created))["sha256"]);
        Assert.Single(checksums.Distinct());
    }

    [Fact]
    public async Task A_zip_of_folders_is_accepted_and_what_systems_add_to_it_ignored()
    {
        byte[] junk = [1, 2, 3];
        var zip = DatasetFiles.Zip([
            ("train/", []), ("train/7/", []), ("__MACOSX/train/7/._17.png", junk), ("train/.DS_Store", junk), ("train/7/.hidden", junk), (".git/7/a.png", junk),
            .. DatasetFiles.Entries(), ("windows\\3\\a.png", DatasetFiles.Pictures[3].Png), ("./4/a.png", DatasetFiles.Pictures[4].Png),
        ]);
        var raw = await (await _client.PostDatasetAsync(zip, "application/zip")).JsonAsync(HttpStatusCode.Created);
        var form = await (await _client.PostAsync("/datasets", Http.Form(("digits.zip", zip)), Http.Cancellation)).JsonAsync(HttpStatusCode.Created);
        foreach (var set in new[] { raw, form })
        {
            Assert.Equal(("zip", 302), ((string?)set["source"], (int)set["images"]!));
            Assert.Equal([30, 30, 30, 31, 31, 30, 30, 30, 30, 30], set["labels"]!.AsArray().Select(count => (int)count!));
        }
        Assert.Equal((string?)raw["sha256"], (string?)form["sha256"]);
        Assert.Equal(2, Directory.GetFileSystemEntries(Folder).Length); // the spooled zips are gone
    }

    [Fact]
    public async Task Pictures_in_a_zip_and_their_rows_in_a_csv_are_the_same_content()
    {
        var zip = DatasetFiles.Zip(DatasetFiles.Pictures.Select((picture, i) => ($"{picture.Label}/{i}.png", picture.Png)));
        var pictures = await (await _client.PostDatasetAsync(zip)).JsonAsync(HttpStatusCode.Created);
        var rows = await (await _client.PostDatasetAsync(DatasetFiles.Csv())).JsonAsync(HttpStatusCode.Created);
        Assert.Equal((string?)rows["sha256"], (string?)pictures["sha256"]);
    }

    [Fact]
    public async Task A_bad_last_row_leaves_no_file_no_row_and_no_temporary()
    {
        var problem = await (await _client.PostDatasetAsync(DatasetFiles.Csv([.. DatasetFiles.Rows[..298], "x" + DatasetFiles.Rows[298][1..], DatasetFiles.Rows[299]]))).ProblemAsync(422, "csv_bad_value");
        Assert.Equal((300, 1), ((int?)problem["line"], (int?)problem["column"])); // row 299 is line 300
        await NothingKeptAsync();
    }

    private async Task NothingKeptAsync()
    {
        Assert.Equal(["mnist"], (await _client.GetJsonAsync("/datasets"))["datasets"]!.AsArray().Select(s => (string?)s!["id"]));
        Assert.Empty(Directory.Exists(Folder) ? Directory.GetFileSystemEntries(Folder) : []);
    }

    public static TheoryData<string, int, string> BadBodies() => new()
    {
        { "nothing", 400, "csv_empty" },
        { "no label column", 422, "dataset_unlabelled" },
        { "no header", 422, "dataset_unlabelled" },
        { "a header only", 422, "csv_no_rows" },
        { "a label above 9", 422, "csv_bad_value" },
        { "a short row", 422, "csv_wrong_cell_count" },
        { "UTF-16", 415, "csv_encoding" },
        { "99 rows", 422, "dataset_too_small" },
        { "one label", 422, "dataset_too_small" },
        { "a picture", 415, "dataset_type_unsupported" },
        { "a gzip that ends early", 400, "body_unreadable" },
        { "a zip that ends early", 400, "dataset_unreadable" },
        { "a zip without entries", 422, "dataset_too_small" },
        { "a zip's first bytes", 400, "dataset_unreadable" },
        { "an encrypted zip", 400, "dataset_unreadable" },
        { "a picture beside the folders", 422, "dataset_unlabelled" },
        { "a folder that is no digit", 422, "dataset_unlabelled" },
        { "text in a folder", 422, "dataset_bad_picture" },
        { "a picture without ink", 422, "dataset_bad_picture" },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task What_cannot_be_accepted_is_a_problem_and_leaves_nothing(string what, int status, string code)
    {
        var problem = await (await _client.PostDatasetAsync(Bad(what))).ProblemAsync(status, code);
        if (code is "dataset_bad_picture" || what.Contains("folder", StringComparison.Ordinal))
            Assert.Contains("bad.png'", (string?)problem["detail"], StringComparison.Ordinal); // the entry is named
        await NothingKeptAsync();
    }

    private static byte[] Bad(string what)
    {
        byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
        byte[] ZipWith(string name, byte[] bytes) => DatasetFiles.Zip([.. DatasetFiles.Entries(), (name, bytes)]);
        var rows = DatasetFiles.Rows;
        switch (what)
        {
            case "nothing": return [];
            case "no label column": return Text(DatasetFiles.Header[6..] + "\n" + rows[0][2..] + "\n");
            case "no header": return Text(rows[0][2..] + "\n");
            case "a header only": return DatasetFiles.Csv([]);
            case "a label above 9": return DatasetFiles.Csv([rows[0], "10" + rows[1][1..]]);
            case "a short row": return DatasetFiles.Csv([rows[0], "1,2,3"]);
            case "UTF-16": return Encoding.Unicode.GetBytes(DatasetFiles.Header);
            case "99 rows": return DatasetFiles.Csv(rows[..99]);
            case "one label": return DatasetFiles.Csv(rows.Select(row => "5" + row[1..]));
            case "a picture": return DatasetFiles.Pictures[0].Png;
            case "a gzip that ends early":
                var packed = new MemoryStream();
                using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(DatasetFiles.Csv());
                return packed.ToArray()[..^4];
            case "a zip that ends early": return DatasetFiles.Zip(DatasetFiles.Entries())[..^30];
            case "a zip without entries": return DatasetFiles.Zip([]);
            case "a zip's first bytes": return Text("PK");
            case "an encrypted zip": return Encrypted();
            case "a picture beside the folders": return ZipWith("bad.png", DatasetFiles.Pictures[0].Png);
            case "a folder that is no digit": return ZipWith("train/10/bad.png", DatasetFiles.Pictures[0].Png);
            case "text in a folder": return ZipWith("train/1/bad.png", Text("not a picture"));
            case "a picture without ink": return ZipWith("train/1/bad.png", Drawings.PngWriter.Mnist(new byte[784]));
            default: throw new ArgumentOutOfRangeException(nameof(what), what, null);
        }
    }

    /// <summary>The first entry's flag is set in both of its headers.</summary>
    private static byte[] Encrypted()
    {
        var zip = DatasetFiles.Zip(DatasetFiles.Entries());
        zip[6] |= 1;
        zip[zip.AsSpan().IndexOf("PK\x01\x02"u8) + 8] |= 1;
        return zip;
    }

    [Fact]
    public async Task A_damaged_zip_is_never_a_mistake_of_the_service()
    {
        var zip = DatasetFiles.Zip(DatasetFiles.Entries().Take(120));
        var random = new Random(1);
        var answers = new Dictionary<int, int>();
        for (var i = 0; i < 150; i++)
        {
            var damaged = zip.ToArray();
            // Half of the time in the table of contents, at the end.
            var place = i % 2 == 0 ? random.Next(2, zip.Length) : zip.Length - 1 - random.Next(120 * 60);
            damaged[place] = (byte)random.Next(256);
            using var response = await _client.PostDatasetAsync(damaged);
            var status = (int)response.StatusCode;
            answers[status] = answers.GetValueOrDefault(status) + 1;
            Assert.True(status is 201 or 400 or 413 or 422, $"byte {place}: {status} {await response.Content.ReadAsStringAsync(Http.Cancellation)}");
        }
        Assert.True(answers.GetValueOrDefault(400) > 30, string.Join(", ", answers));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(Folder), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_is_bounded_and_never_a_path()
    {
        await (await _client.PostDatasetAsync(DatasetFiles.Csv(), query: $"?name={new string('a', 101)}")).ProblemAsync(422, "query_invalid");
        await (await _client.PostDatasetAsync(DatasetFiles.Csv(), query: "?name=a%0Ab")).ProblemAsync(422, "query_invalid");
        await NothingKeptAsync();
        var set = await (await _client.PostDatasetAsync(DatasetFiles.Csv(), query: "?name=../../x")).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("../../x", (string?)set["name"]);
        Assert.Equal([$"{set["id"]}.images"], Directory.GetFileSystemEntries(Folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("../mnistservice")]
    [InlineData("..%2Fmnistservice")]
    [InlineData("none")]
    public async Task An_unknown_id_is_not_found(string id)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync($"/datasets/{id}", Http.Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.DeleteAsync($"/datasets/{id}", Http.Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_directory_that_takes_no_file_is_a_problem_of_storage()
    {
        Directory.CreateSymbolicLink(Folder, "/proc/self"); // the kernel refuses new files there to everyone
        foreach (var body in new[] { DatasetFiles.Csv(), DatasetFiles.Zip(DatasetFiles.Entries()) })
            await (await _client.PostDatasetAsync(body)).ProblemAsync(507, "storage_full");
        Assert.Single((await _client.GetJsonAsync("/datasets"))["datasets"]!.AsArray());
        Directory.Delete(Folder);
    }
}
