using System.Net;
using System.Net.Sockets;
using System.Text;
using MnistService.Model.Files;

namespace MnistService.Tests.Datasets;

/// <summary>Uploads to <c>/datasets</c>: accepted formats, the list of data sets, and the files that remain on disk.</summary>
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
        Assert.Equal([newer, id, "strokes", "mnist"], list.Select(s => (string?)s!["id"]));

        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync($"/datasets/{newer}", TestHttp.Cancellation)).StatusCode);
        await (await _client.GetAsync($"/datasets/{newer}", TestHttp.Cancellation)).ProblemAsync(404, "dataset_not_found");
        await (await _client.DeleteAsync($"/datasets/{newer}", TestHttp.Cancellation)).ProblemAsync(404, "dataset_not_found");
        Assert.Equal([Path.Combine(Folder, $"{id}.images")], Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public async Task Mnist_is_there_always_and_stays()
    {
        var mnist = await _client.GetJsonAsync("/datasets/mnist");
        Assert.Equal((true, 60_000), ((bool)mnist["builtIn"]!, (int)mnist["images"]!));
        Assert.Null(mnist["labels"]); // the files of MNIST are missing
        await (await _client.DeleteAsync("/datasets/mnist", TestHttp.Cancellation)).ProblemAsync(409, "dataset_built_in");
    }

    [Fact]
    public async Task Every_way_to_send_the_same_csv_gives_the_same_content()
    {
        var packed = TestHttp.Gzip(DatasetFiles.Csv());
        var declared = TestHttp.Body(packed, "text/csv");
        declared.Headers.ContentEncoding.Add("gzip");
        HttpContent[] bodies =
        [
            TestHttp.Body(DatasetFiles.Csv(), "text/csv"), TestHttp.Body(DatasetFiles.Csv()), TestHttp.Body(packed, "text/csv"), declared,
            TestHttp.Form(("../../train.csv", DatasetFiles.Csv())), TestHttp.Form(("train.csv.gz", packed.ToArray())),
        ];
        var checksums = new List<string?>();
        foreach (var body in bodies)
            checksums.Add((string?)(await (await _client.PostAsync("/datasets", body, TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Created))["sha256"]);
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
        var form = await (await _client.PostAsync("/datasets", TestHttp.Form(("digits.zip", zip)), TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Created);
        foreach (var set in new[] { raw, form })
        {
            Assert.Equal(("zip", 302), ((string?)set["source"], (int)set["images"]!));
            Assert.Equal([30, 30, 30, 31, 31, 30, 30, 30, 30, 30], set["labels"]!.AsArray().Select(count => (int)count!));
        }
        Assert.Equal((string?)raw["sha256"], (string?)form["sha256"]);
        Assert.Equal(2, Directory.GetFileSystemEntries(Folder).Length); // the spooled zip files are deleted
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

    [Fact]
    public async Task An_upload_whose_client_goes_away_leaves_nothing()
    {
        var csv = DatasetFiles.Csv();
        foreach (var body in new[] { csv, DatasetFiles.Zip(DatasetFiles.Entries()) })
        {
            using (var socket = new TcpClient())
            {
                await socket.ConnectAsync(_client.BaseAddress!.Host, _client.BaseAddress.Port, TestHttp.Cancellation);
                var stream = socket.GetStream();
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /datasets HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n"), TestHttp.Cancellation);
                await stream.WriteAsync(body.AsMemory(0, body.Length / 2), TestHttp.Cancellation);
                while (!Directory.Exists(Folder) || Directory.GetFileSystemEntries(Folder).Length == 0) await Task.Delay(10, TestHttp.Cancellation); // until it is written
            }
            while (Directory.GetFileSystemEntries(Folder).Length > 0) await Task.Delay(10, TestHttp.Cancellation);
        }
        await NothingKeptAsync();
    }

    [Fact]
    public async Task What_a_dead_process_left_unfinished_goes_at_the_next_start()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_application.Folder, "other", "datasets")).FullName;
        await File.WriteAllTextAsync(AtomicFile.TemporaryNameOf(Path.Combine(folder, "02n5fd8zw1m4x.images")), "half", TestHttp.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "02n5fd8zw1m4x.images"), "whole", TestHttp.Cancellation);
        File.SetLastWriteTimeUtc(Path.Combine(folder, "02n5fd8zw1m4x.images"), DateTime.UtcNow.AddDays(-1)); // older than the database, so it may belong to another database
        await using var next = new ServiceApplication(("MnistService:Data:Directory", Path.GetDirectoryName(folder)!));
        next.Start().Dispose();
        Assert.Equal(["02n5fd8zw1m4x.images"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
    }

    private async Task NothingKeptAsync()
    {
        Assert.Equal(["strokes", "mnist"], (await _client.GetJsonAsync("/datasets"))["datasets"]!.AsArray().Select(s => (string?)s!["id"]));
        Assert.Empty(Directory.Exists(Folder) ? Directory.GetFileSystemEntries(Folder) : []);
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
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync($"/datasets/{id}", TestHttp.Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.DeleteAsync($"/datasets/{id}", TestHttp.Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_directory_that_takes_no_file_is_a_problem_of_storage()
    {
        Directory.CreateSymbolicLink(Folder, "/proc/self"); // the kernel allows no new files there, not even for root
        foreach (var body in new[] { DatasetFiles.Csv(), DatasetFiles.Zip(DatasetFiles.Entries()) })
            await (await _client.PostDatasetAsync(body)).ProblemAsync(507, "storage_failed");
        Assert.DoesNotContain((await _client.GetJsonAsync("/datasets"))["datasets"]!.AsArray(), set => !(bool)set!["builtIn"]!);
        Directory.Delete(Folder);
    }
}
