using System.IO.Compression;
using System.Net;
using System.Text;
using MnistService.Tests.BadInputs;
using MnistService.Tests.Submissions;

namespace MnistService.Tests.Datasets;

/// <summary>Small uploads that are expensive to process: the service limits the work per upload, not only its size.</summary>
public sealed class DatasetWorkTests
{
    private const int Entries = 40;

    private static (string Name, byte[] Png) Entry(int i) => ($"{i % 10}/{i}.png", DatasetFiles.Pictures[i].Png);

    [Fact]
    public async Task A_zip_whose_entries_are_all_the_same_bytes_is_refused()
    {
        var png = DatasetFiles.Pictures[0].Png;
        var zip = new ZipWriter().Append(ZipWriter.Local("0/0.png", png));
        for (var i = 0; i < Entries; i++) zip.Describe($"{i % 10}/{i}.png", png, offset: 0);
        await AssertOverlapsAsync(zip.ToArray());
    }

    /// <summary>
    /// The data of each entry contains its image, followed by the header and the data of the next entry. The offsets are distinct, but the entries unpack to a
    /// multiple of the file size.
    /// </summary>
    [Fact]
    public async Task A_zip_whose_entries_contain_each_other_is_refused()
    {
        byte[] inner = [];
        var data = new Stack<(string Name, byte[] Data, int Before)>();
        for (var i = 0; i < Entries; i++)
        {
            var (name, png) = Entry(i);
            byte[] content = [.. png, .. inner];
            inner = ZipWriter.Local(name, content);
            data.Push((name, content, png.Length));
        }
        var zip = new ZipWriter().Append(inner);
        var offset = 0;
        foreach (var (name, content, png) in data)
        {
            zip.Describe(name, content, offset);
            offset += 30 + name.Length + png;
        }
        await AssertOverlapsAsync(zip.ToArray());
    }

    private static async Task AssertOverlapsAsync(byte[] zip)
    {
        await using var application = new ServiceApplication();
        using var client = application.Start();
        var problem = await (await client.PostDatasetAsync(zip)).ProblemAsync(400, "dataset_unreadable");
        Assert.Contains("overlap", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(application.Folder, "data", "datasets")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_zip_of_32_and_of_64_bits_is_read(bool zip64)
    {
        var zip = new ZipWriter();
        for (var i = 0; i < Entries; i++)
        {
            var (name, png) = Entry(i);
            zip.Describe(name, png, zip.Position, zip64);
            zip.Append(ZipWriter.Local(name, png));
        }
        await AssertIsReadAsync(zip.ToArray(zip64));
    }

    /// <summary>The local headers of such a zip contain no lengths. A data descriptor with the lengths follows the data of each entry.</summary>
    [Fact]
    public async Task A_zip_that_was_written_to_a_pipe_is_read()
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(new Pipe(bytes), ZipArchiveMode.Create))
        {
            for (var i = 0; i < Entries; i++)
            {
                using var entry = zip.CreateEntry(Entry(i).Name, CompressionLevel.Optimal).Open();
                entry.Write(Entry(i).Png);
            }
        }
        await AssertIsReadAsync(bytes.ToArray());
    }

    private static async Task AssertIsReadAsync(byte[] zip)
    {
        await using var application = new ServiceApplication();
        using var client = application.Start();
        var set = await (await client.PostDatasetAsync(zip)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal((Entries, "available"), ((int)set["images"]!, (string?)set["state"]));
    }

    [Fact]
    public async Task Too_many_pixels_in_all_are_413_with_what_was_found_and_the_limit()
    {
        await using var application = new ServiceApplication(("MnistService:Datasets:MaxPixels", "100000")); // 31 images of 56×56
        using var client = application.Start();
        var problem = await (await client.PostDatasetAsync(DatasetFiles.Zip(DatasetFiles.Entries()))).ProblemAsync(413, "dataset_too_large");
        Assert.Contains("more than 100000 pixels (MnistService:Datasets:MaxPixels)", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Contains("the total cost reaches 100352 pixels at image 32 of 300, entry ", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_long_a_decoding_is_408_with_how_far_it_came_and_the_limit()
    {
        await using var application = new ServiceApplication(("MnistService:Datasets:MaxDecodeTime", "00:00:00.001"));
        using var client = application.Start();
        var problem = await (await client.PostDatasetAsync(DatasetFiles.Zip(DatasetFiles.Entries()))).ProblemAsync(408, "dataset_timeout");
        Assert.Matches(@"MnistService:Datasets:MaxDecodeTime\); \d+ of 300 images were decoded", (string?)problem["detail"]);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(application.Folder, "data", "datasets")));
    }

    [Theory]
    [InlineData("/submissions")]
    [InlineData("/datasets")]
    [InlineData("/models")]
    public async Task An_upload_that_takes_too_long_is_408_however_steadily_it_comes(string route)
    {
        await using var application = new ServiceApplication(("MnistService:Connections:MaxUploadDuration", "00:00:01"));
        using var client = application.Start();
        using var raw = await RawClient.ConnectAsync(client.BaseAddress!);
        await raw.SendAsync($"POST {route} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        var row = Encoding.ASCII.GetBytes($"{string.Join(',', Enumerable.Repeat(0, 785))}\n");
        await raw.SendChunksAsync([Encoding.ASCII.GetBytes($"label,{KaggleFiles.Pixels}\n"), row]);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var sent = 0;
        for (; !raw.IsAnswered && sent < 2_000; sent++)
        {
            await pace.WaitForNextTickAsync(TestHttp.Cancellation);
            await raw.SendChunksAsync([row]);
        }
        Assert.True(raw.IsAnswered, $"{sent} rows were taken.");
        (await raw.ReadAsync()).Problem(408, "upload_timeout");
    }

    /// <summary>A write-only stream without seeking, so that <see cref="ZipArchive"/> writes the lengths after the data.</summary>
    private sealed class Pipe(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }
}
