using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using MnistService.Drawings;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Tests.Submissions;
using MnistService.TestSupport;

namespace MnistService.Tests.Datasets;

/// <summary>Kaggle's train.csv and the same images as a zip of folders, at their real size. The tests run alone because they measure memory.</summary>
[Collection(AloneCollection.Name)]
public sealed class DatasetSizeTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dataset-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Train_csv_and_its_pictures_in_a_zip_are_the_same_set_and_take_little_memory()
    {
        var mnist = MnistDataset.Load(MnistLocation.Require());
        var (csv, zip) = (Path.Combine(_folder, "train.csv"), Path.Combine(_folder, "train.zip"));
        KaggleFiles.WriteTrain(csv, mnist);
        WriteZip(zip, mnist);
        using var service = new ServiceProcess(_folder);
        using var client = await service.ListeningAsync();

        var rows = await PostAsync(csv, mostGrowth: 60L << 20); // the file has 77 MB, its pixels have 33 MB
        var pictures = await PostAsync(zip, mostGrowth: 160L << 20); // the service holds a directory of 42,000 entries

        Assert.Equal(rows, pictures);

        async Task<string> PostAsync(string path, long mostGrowth)
        {
            var (before, started) = (service.Memory.Now, Stopwatch.GetTimestamp());
            await using var file = File.OpenRead(path);
            using var body = new StreamContent(file);
            var set = await (await client.PostAsync("/datasets", body, TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Created);
            var growth = service.Memory.Highest - before;
            output.WriteLine($"{Path.GetFileName(path)}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s, memory +{growth >> 20} MB at most");
            Assert.Equal(42_000, (int)set["images"]!);
            for (var digit = 0; digit < 10; digit++)
                Assert.Equal(mnist.Train.Labels.AsSpan(0, 42_000).Count((byte)digit), (int)set["labels"]![digit]!);
            Assert.InRange(growth, 0, mostGrowth);
            return (string)set["sha256"]!;
        }
    }

    [Fact]
    public void What_is_said_of_mnist_is_so()
    {
        var directory = MnistLocation.Require();
        var (mnist, said) = (MnistDataset.Load(directory), MnistService.Datasets.BuiltInDatasets.DescribeMnist(MnistService.Datasets.DatasetState.Available));
        Assert.Equal((mnist.Train.Count, mnist.Sha256), (said.Images, said.Sha256));
        Assert.Equal(Enumerable.Range(0, 10).Select(digit => mnist.Train.Labels.Count(label => label == digit)), said.Labels);
    }

    [Fact]
    public void The_strokes_have_the_described_labels_and_checksum()
    {
        var (strokes, described) = (MnistService.Datasets.BuiltInDatasets.DrawStrokes(), MnistService.Datasets.BuiltInDatasets.DescribeStrokes());
        Assert.Equal((strokes.Count, strokes.ComputeSha256()), (described.Images, described.Sha256));
        Assert.Equal(Enumerable.Range(0, 10).Select(digit => strokes.Labels.Count(label => label == digit)), described.Labels);
    }

    private static void WriteZip(string path, MnistDataset mnist)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        for (var i = 0; i < 42_000; i++)
        {
            using var entry = zip.CreateEntry($"train/{mnist.Train.Labels[i]}/{i:00000}.png", CompressionLevel.NoCompression).Open();
            entry.Write(PngWriter.Mnist(mnist.Train.Pixels.AsSpan(i * DigitImage.PixelCount, DigitImage.PixelCount)));
        }
    }
}
