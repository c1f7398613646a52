using System.Text;
using MnistService.Drawings;
using MnistService.Model.Imaging;

namespace MnistService.Tests.Datasets;

/// <summary>Invalid uploads to <c>/datasets</c>: each is answered with a problem and its code, and nothing is stored.</summary>
public sealed class DatasetErrorTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private string Folder => Path.Combine(application.Folder, "data", "datasets");

    public static TheoryData<string, int, string> BadBodies() => new()
    {
        { "nothing", 400, "csv_empty" },
        { "no label column", 422, "dataset_unlabelled" },
        { "no header", 422, "dataset_unlabelled" },
        { "a header only", 422, "csv_no_rows" },
        { "a label above 9", 422, "csv_bad_value" },
        { "a short row", 422, "csv_wrong_cell_count" },
        { "UTF-16", 415, "csv_encoding" },
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
        using var client = application.Start();
        var problem = await (await client.PostDatasetAsync(Bad(what))).ProblemAsync(status, code);
        if (code is "dataset_bad_picture" || what.Contains("folder", StringComparison.Ordinal))
            Assert.Contains("bad.png'", (string?)problem["detail"], StringComparison.Ordinal); // the detail names the zip entry
        if (what is "a zip that ends early" or "a zip's first bytes")
            Assert.Equal(2, ((string?)problem["detail"])!.Split("Create the zip file again.").Length); // the advice occurs once
        Assert.Equal(["strokes", "mnist"], (await client.GetJsonAsync("/datasets"))["datasets"]!.AsArray().Select(s => (string?)s!["id"]));
        Assert.Empty(Directory.Exists(Folder) ? Directory.GetFileSystemEntries(Folder) : []);
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
            case "a picture": return DatasetFiles.Pictures[0].Png;
            case "a gzip that ends early": return TestHttp.Gzip(DatasetFiles.Csv())[..^4];
            case "a zip that ends early": return DatasetFiles.Zip(DatasetFiles.Entries())[..^30];
            case "a zip without entries": return DatasetFiles.Zip([]);
            case "a zip's first bytes": return Text("PK");
            case "an encrypted zip": return DatasetFiles.EncryptedZip(DatasetFiles.Entries());
            case "a picture beside the folders": return ZipWith("bad.png", DatasetFiles.Pictures[0].Png);
            case "a folder that is no digit": return ZipWith("train/10/bad.png", DatasetFiles.Pictures[0].Png);
            case "text in a folder": return ZipWith("train/1/bad.png", Text("not a picture"));
            case "a picture without ink": return ZipWith("train/1/bad.png", PngWriter.Mnist(new byte[784]));
            default: throw new ArgumentOutOfRangeException(nameof(what), what, null);
        }
    }

    [Fact]
    public async Task A_damaged_zip_is_never_a_mistake_of_the_service()
    {
        await using var own = new ServiceApplication(); // some damaged zips are still valid and are stored
        using var client = own.Start();
        var picture = PngWriter.Mnist(ImageReader.Read(DatasetFiles.Pictures[1].Png, ImageOptions.Default).Pixels.Span); // 28×28 pixels, fast to decode
        var zip = DatasetFiles.Zip(Enumerable.Range(0, 120).Select(i => ($"{i % 10}/{i:000}.png", picture)));
        var random = new Random(1);
        var answers = new Dictionary<int, int>();
        for (var i = 0; i < 150; i++)
        {
            var damaged = zip.ToArray();
            // Every second change is in the last 7,200 bytes, which contain the central directory.
            var place = i % 2 == 0 ? random.Next(2, zip.Length) : zip.Length - 1 - random.Next(120 * 60);
            damaged[place] = (byte)random.Next(256);
            using var response = await client.PostDatasetAsync(damaged);
            var status = (int)response.StatusCode;
            answers[status] = answers.GetValueOrDefault(status) + 1;
            Assert.True(status is 201 or 400 or 413 or 422, $"byte {place}: {status} {await response.Content.ReadAsStringAsync(TestHttp.Cancellation)}");
        }
        Assert.True(answers.GetValueOrDefault(400) > 30, string.Join(", ", answers));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(Path.Combine(own.Folder, "data", "datasets")), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }
}
