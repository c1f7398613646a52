using System.IO.Compression;
using MnistService.Drawings;

namespace MnistService.Tests.BadInputs;

/// <summary>Decompression bombs: small bodies that declare or unpack to large data. Each is rejected with 400 or 413, and memory does not grow.</summary>
public sealed class BombTests(AttackedService service) : IClassFixture<AttackedService>
{
    private const int Unpacked = 300 << 20; // far above AttackedService.Slack

    public static TheoryData<string, int, string> Pictures() => new()
    {
        { "a header of 20,000 × 20,000", 413, "picture_too_large" },
        { "a header of the largest sides", 400, "picture_unreadable" },
        { "data of more than the picture", 400, "picture_unreadable" },
        { "a text that unpacks to much", 400, "picture_unreadable" },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public Task A_picture(string what, int status, string code) => service.SurvivesAsync(async client =>
        await (await client.PostAsync("/predict", TestHttp.Body(Picture(what)), TestHttp.Cancellation)).ProblemAsync(status, code));

    [Theory]
    [InlineData("/predict", "picture_too_large")]
    [InlineData("/submissions", "csv_line_too_long")]
    [InlineData("/datasets", "csv_line_too_long")]
    public Task A_gzip_body(string path, string code) => service.SurvivesAsync(async client =>
    {
        var body = TestHttp.Body(Gzip(), "text/csv");
        body.Headers.ContentEncoding.Add("gzip");
        await (await client.PostAsync(path, body, TestHttp.Cancellation)).ProblemAsync(413, code);
    }, most: 128 << 20); // an image may have 32 MB; its buffer is copied into a larger one while it grows

    private static byte[] Picture(string what) => what switch
    {
        "a header of 20,000 × 20,000" => new PngWriter().Header(20_000, 20_000, 8, PngWriter.Grey).Data(new byte[10]).End().ToArray(),
        "a header of the largest sides" => new PngWriter().Header(uint.MaxValue, uint.MaxValue, 8, PngWriter.Grey).Data(new byte[10]).End().ToArray(),
        "data of more than the picture" => new PngWriter().Header(28, 28, 8, PngWriter.Grey).Data(new byte[Unpacked]).End().ToArray(),
        _ => new PngWriter().Header(28, 28, 8, PngWriter.Grey).Chunk("zTXt", [(byte)'a', 0, 0, .. Zlib()]).End().ToArray(), // no IDAT chunk
    };

    private static byte[] Zlib() => Pack(to => new ZLibStream(to, CompressionLevel.Fastest));

    private static byte[] Gzip() => Pack(to => new GZipStream(to, CompressionLevel.Fastest));

    private static byte[] Pack(Func<Stream, Stream> packer)
    {
        var packed = new MemoryStream();
        using (var stream = packer(packed))
        {
            var ones = new byte[1 << 20];
            ones.AsSpan().Fill((byte)'1'); // read as CSV: one endless first line
            for (var written = 0; written < Unpacked; written += ones.Length) stream.Write(ones);
        }
        return packed.ToArray();
    }
}
