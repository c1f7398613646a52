using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using MnistService.Model.Datasets;
using MnistService.TestSupport;

namespace MnistService.Tests.Submissions;

/// <summary>Uploads of Kaggle's files at their real size. No other test runs at the same time, because these use all processors.</summary>
[Collection(AloneCollection.Name)]
public sealed class KaggleSizeTests(ITestOutputHelper output) : IDisposable
{
    private const long MostGrowth = 100L << 20;
    private readonly string _folder = Directory.CreateTempSubdirectory("kaggle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Test_csv_comes_back_whole_with_the_cards_accuracy_and_flat_memory()
    {
        var mnist = MnistDataset.Load(MnistLocation.Require());
        var path = Path.Combine(_folder, "test.csv");
        var rows = KaggleFiles.WriteTest(path, mnist);
        using var service = new ServiceProcess(_folder);
        using var client = await service.ListeningAsync();
        var card = await client.GetJsonAsync("/models/current");

        var before = service.Memory.Now;
        var started = Stopwatch.GetTimestamp();
        using var response = await PostAsync(client, path);
        var csv = await response.Content.ReadAsStringAsync(TestHttp.Cancellation);
        var growth = service.Memory.Highest - before;
        output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s, memory +{growth >> 20} MB at most");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("submission.csv", response.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        var lines = csv.Split('\n');
        Assert.Equal(28_002, lines.Length); // 28,001 lines, each with a newline at its end
        Assert.Equal(("ImageId,Label", ""), (lines[0], lines[^1]));
        var right = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            Assert.Equal($"{i + 1}", lines[i + 1][..^2]);
            if (rows[i].IsTest && lines[i + 1][^1] - '0' == mnist.Test.Labels[rows[i].Index]) right++;
        }
        Assert.Equal((double)card["test"]!["accuracy"]!, right / 10_000.0);
        Assert.InRange(growth, 0, MostGrowth);

        var summary = await client.GetJsonAsync(response.Headers.Location!.OriginalString);
        Assert.Equal(28_000, (int)summary["rows"]!);
        Assert.Null(summary["accuracy"]);
        Assert.Equal(csv, await client.GetStringAsync($"{response.Headers.Location}/submission.csv", TestHttp.Cancellation));
    }

    [Fact]
    public async Task Train_csv_comes_back_scored_also_from_a_zipped_form()
    {
        var mnist = MnistDataset.Load(MnistLocation.Require());
        var path = Path.Combine(_folder, "train.csv");
        KaggleFiles.WriteTrain(path, mnist);
        await using var application = new ServiceApplication();
        using var client = application.Start();
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        var raw = await (await PostAsync(client, path)).JsonAsync(HttpStatusCode.Created);
        var form = await (await client.PostAsync("/submissions", await ZippedFormAsync(path), TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Created);

        foreach (var summary in new[] { raw, form })
        {
            Assert.Equal(42_000, (int)summary["rows"]!);
            Assert.InRange((double)summary["accuracy"]!, 0.99, 1); // the network was trained on these images
            var matrix = summary["confusionMatrix"]!.AsArray().Select(row => row!.AsArray().Select(n => (int)n!).ToArray()).ToArray();
            Assert.Equal(42_000, matrix.Sum(row => row.Sum()));
            Assert.Equal((double)summary["accuracy"]!, Enumerable.Range(0, 10).Sum(digit => matrix[digit][digit]) / 42_000.0, 1e-9);
            for (var digit = 0; digit < 10; digit++)
                Assert.Equal(mnist.Train.Labels.AsSpan(0, 42_000).Count((byte)digit), matrix[digit].Sum());
            Assert.Equal(20, summary["leastConfident"]!.AsArray().Count);
        }
        Assert.Equal(raw["confusionMatrix"]!.ToJsonString(), form["confusionMatrix"]!.ToJsonString());
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string path)
    {
        await using var file = File.OpenRead(path);
        using var body = new StreamContent(file);
        body.Headers.ContentType = new("text/csv");
        return await client.PostAsync("/submissions", body, TestHttp.Cancellation);
    }

    private static async Task<MultipartFormDataContent> ZippedFormAsync(string path)
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        await using (var file = File.OpenRead(path)) await file.CopyToAsync(gzip, TestHttp.Cancellation);
        return TestHttp.Form(("train.csv.gz", packed.ToArray()));
    }
}
