using System.IO.Compression;
using System.Net;
using System.Text;
using MnistService.Model.Datasets;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Datasets;

/// <summary>Tests of submission files, IDX files, and the MNIST download from its mirrors.</summary>
public sealed class FilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_submission_is_what_kaggle_expects()
    {
        var digits = new byte[3000];
        for (var i = 0; i < digits.Length; i++) digits[i] = (byte)(i % 10);
        var file = new MemoryStream();
        SubmissionCsvWriter.Write(file, digits);
        Assert.Equal("ImageId,Label\n" + string.Concat(digits.Select((digit, i) => $"{i + 1},{digit}\n")), Encoding.ASCII.GetString(file.ToArray()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_idx_file_is_read_plain_and_zipped(bool zipped)
    {
        var (shape, values) = IdxFile.Read(Write([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6], zipped));
        Assert.Equal([2, 1, 3], shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], values);
    }

    public static TheoryData<string, byte[]> BadIdxFiles() => new()
    {
        { "nothing", [] },
        { "cut in the header", [0, 0, 8, 1, 0, 0] },
        { "cut in the data", [0, 0, 8, 1, 0, 0, 0, 3, 1, 2] },
        { "another type", [0, 0, 0x0D, 1, 0, 0, 0, 1, 1, 1, 1, 1] },
        { "not IDX", Encoding.ASCII.GetBytes("label,pixel0") },
        { "no dimensions", [0, 0, 8, 0] },
        { "a negative dimension", [0, 0, 8, 1, 0xFF, 0xFF, 0xFF, 0xFF] },
        { "dimensions beyond memory", [0, 0, 8, 3, 0x7F, 0, 0, 0, 0x7F, 0, 0, 0, 0x7F, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(BadIdxFiles))]
    public void A_bad_idx_file_is_refused(string what, byte[] bytes)
    {
        var path = Write(bytes, zipped: false);
        var message = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path)).Message;
        Assert.Contains(Path.GetFileName(path), message, StringComparison.Ordinal);
        Assert.DoesNotContain(path, message, StringComparison.Ordinal); // the message may be sent to a client, so it must not contain a path
        Assert.NotEmpty(what);
    }

    [Fact]
    public void Mnist_is_what_it_always_was()
    {
        var mnist = MnistDataset.Load(MnistLocation.Require());
        Assert.Equal((60_000, 10_000), (mnist.Train.Count, mnist.Test.Count));
        Assert.Equal([5, 0, 4, 1, 9], mnist.Train.Labels[..5]);
        Assert.Equal(0.13066047430038452, mnist.Train.Pixels.Average(pixel => pixel / 255.0), 1e-6);
    }

    [Fact]
    public async Task Absent_and_not_to_be_fetched_is_an_error_that_says_what_to_do()
    {
        var error = await Assert.ThrowsAsync<MnistUnavailableException>(() => EnsureAsync(new Mirrors(_ => throw new InvalidOperationException()), download: false));
        Assert.Contains("Downloading is disabled", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder, error.Message, StringComparison.Ordinal); // the message may be sent to a client, so it must not contain a path
    }

    [Fact]
    public async Task The_second_mirror_helps_out_and_progress_is_told()
    {
        var source = MnistLocation.Require();
        var asked = new List<Uri>();
        var told = new List<MnistDownloadProgress>();
        var mirrors = new Mirrors(uri =>
        {
            asked.Add(uri);
            return uri.Host == MnistFiles.Mirrors[0].Host ? null : File.ReadAllBytes(Path.Combine(source, uri.Segments[^1]));
        });
        var folder = await EnsureAsync(mirrors, download: true, told);
        Assert.Equal(folder, MnistFiles.Find(_folder));
        Assert.Equal(8, asked.Count);
        Assert.All(told.GroupBy(progress => progress.File), file => Assert.Equal((0, file.Last().TotalBytes), (file.First().Bytes, file.Last().Bytes)));
        Assert.Equal(4, told.Select(progress => progress.File).Distinct().Count());
        await EnsureAsync(new Mirrors(_ => throw new InvalidOperationException()), download: true); // the files exist now, so nothing is requested
    }

    [Fact]
    public async Task Wrong_bytes_are_refused_and_nothing_is_left_behind()
    {
        var error = await Assert.ThrowsAsync<MnistUnavailableException>(() => EnsureAsync(new Mirrors(_ => "not found here"u8.ToArray()), download: true));
        foreach (var mirror in MnistFiles.Mirrors) Assert.Contains(mirror.Host, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_file_that_cannot_be_replaced_is_an_error_that_says_what_to_do()
    {
        var source = MnistLocation.Require();
        Directory.CreateDirectory(Path.Combine(_folder, "mnist", MnistFiles.TrainImages.Name, "not empty"));
        var error = await Assert.ThrowsAsync<MnistUnavailableException>(() =>
            EnsureAsync(new Mirrors(uri => File.ReadAllBytes(Path.Combine(source, uri.Segments[^1]))), download: true));
        Assert.Contains("Copy MNIST's four files", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_created_is_an_error_that_says_what_to_do()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "mnist"), "a file instead of the folder", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<MnistUnavailableException>(() => EnsureAsync(new Mirrors(_ => throw new InvalidOperationException()), download: true));
        Assert.StartsWith("The folder 'mnist' cannot be created in the data directory:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_is_not_a_digit_is_refused_with_its_place()
    {
        WriteGzip(MnistFiles.TestImages, [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28, .. new byte[2 * 784]]);
        WriteGzip(MnistFiles.TestLabels, [0, 0, 8, 1, 0, 0, 0, 2, 9, 10]);
        var message = Assert.Throws<InvalidDataException>(() => MnistDataset.LoadTest(_folder)).Message;
        Assert.Equal($"{MnistFiles.TestLabels.Name} has the label 10 at index 1; expected 0 to 9. Replace the file.", message);

        void WriteGzip(MnistFile file, byte[] bytes)
        {
            using var zip = new GZipStream(File.Create(Path.Combine(_folder, file.Name)), CompressionLevel.Fastest);
            zip.Write(bytes);
        }
    }

    private async Task<string> EnsureAsync(Mirrors mirrors, bool download, List<MnistDownloadProgress>? told = null)
    {
        using var client = new HttpClient(mirrors);
        return await MnistFiles.EnsureAsync(_folder, download, client, told is null ? null : new Listener(told), TestContext.Current.CancellationToken);
    }

    private string Write(byte[] bytes, bool zipped)
    {
        var path = Path.Combine(_folder, "file");
        using var file = File.Create(path);
        if (!zipped) file.Write(bytes);
        else
        {
            using var gzip = new GZipStream(file, CompressionLevel.Fastest);
            gzip.Write(bytes);
        }
        return path;
    }

    /// <summary>Reports synchronously and in order, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Listener(List<MnistDownloadProgress> told) : IProgress<MnistDownloadProgress>
    {
        public void Report(MnistDownloadProgress value) => told.Add(value);
    }

    /// <summary>HTTP stub: <paramref name="answer"/> returns the response body for a URL, or null for a failing server.</summary>
    private sealed class Mirrors(Func<Uri, byte[]?> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request.RequestUri!) is { } bytes
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(bytes) }
                : new HttpResponseMessage(HttpStatusCode.BadGateway));
    }
}
