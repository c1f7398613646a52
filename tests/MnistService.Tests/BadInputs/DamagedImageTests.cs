using System.Text;
using MnistService.Drawings;
using MnistService.TestSupport;

namespace MnistService.Tests.BadInputs;

/// <summary><c>POST /predict</c> with damaged images, empty bodies and files of other types.</summary>
public sealed class DamagedImageTests(AttackedService service) : IClassFixture<AttackedService>
{
    /// <summary>Damage that the decoder ignores: bytes after the first IEND chunk or after the end of the zlib stream.</summary>
    private static readonly string[] Harmless = ["IEND doubled", "IDAT doubled"];

    private static readonly byte[] Grey = PngForms.All().Single(png => png.Name == "grey of 8 bits").File;

    private static readonly byte[] Palette = PngForms.All().Single(png => png.Name == "palette of 4 bits").File;

    public static TheoryData<string, byte[], int, string> Others() => new()
    {
        { "nothing", [], 400, "picture_empty" },
        { "one byte", [0x89], 400, "picture_unreadable" },
        { "random bytes", RandomBytes.Create(5000, seed: 5), 400, "picture_unreadable" },
        { "a PNG's signature and random bytes", [.. Grey[..8], .. RandomBytes.Create(5000, seed: 5)], 400, "picture_unreadable" },
        { "a GIF without an image", [.. "GIF89a"u8, 1, 0, 1, 0], 400, "picture_unreadable" },
        { "a GIF with the largest image", new GifWriter(1, 1).Image(65_535, 65_535, 1, [0]).End(), 413, "picture_too_large" },
        { "a BMP of zeros", [.. "BM"u8, .. new byte[60]], 400, "picture_unreadable" },
        { "a BMP with the largest sides", BmpWriter.Write(int.MaxValue, -int.MaxValue, 24, [], []), 413, "picture_too_large" },
        { "a WebP without an image", Encoding.Latin1.GetBytes("RIFF\u0010\0\0\0WEBPVP8 "), 400, "picture_unreadable" },
        { "a WebP with the largest canvas", WebpChunks.Write([WebpChunks.Canvas(0, 1 << 24, 1 << 24)]), 413, "picture_too_large" },
        { "a RIFF file of sound", Encoding.Latin1.GetBytes("RIFF\u0010\0\0\0WAVEfmt "), 415, "picture_unsupported_type" },
        { "a HEIC", Encoding.Latin1.GetBytes("\0\0\0\u0018ftypheic\0\0\0\0mif1heic"), 415, "picture_unsupported_type" },
        { "an AVIF", Encoding.Latin1.GetBytes("\0\0\0\u0018ftypavif\0\0\0\0mif1avif"), 415, "picture_unsupported_type" },
        { "a TIFF", Encoding.Latin1.GetBytes("II*\0\u0008\0\0\0"), 415, "picture_unsupported_type" },
        { "an SVG that asks for a file", "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"u8.ToArray(), 415, "picture_unsupported_type" },
        { "XML with entities", "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><svg>&b;</svg>"u8.ToArray(), 415, "picture_unsupported_type" },
        { "a PDF", "%PDF-1.7\n"u8.ToArray(), 415, "picture_unsupported_type" },
        { "HTML", "<!DOCTYPE html><script>alert(1)</script>"u8.ToArray(), 415, "picture_unsupported_type" },
        { "data that is no zlib", new PngWriter().Header(10, 10, 8, PngWriter.Grey).Chunk("IDAT", [1, 2, 3, 4]).End().ToArray(), 400, "picture_unreadable" },
        { "zlib with a wrong Adler-32", WrongAdler(), 400, "picture_unreadable" },
        { "a palette that is too short", new PngWriter().Header(40, 40, 8, PngWriter.Palette).Chunk("PLTE", [0, 0, 0]).Data(PngWriter.Rows(Enumerable.Repeat((byte)3, 1600).ToArray(), 40)).End().ToArray(), 400, "picture_unreadable" },
        { "a palette of no whole colours", new PngWriter().Header(40, 40, 8, PngWriter.Palette).Chunk("PLTE", [0, 0, 0, 1]).Data(PngWriter.Rows(new byte[1600], 40)).End().ToArray(), 400, "picture_unreadable" },
        { "no width", new PngWriter().Header(0, 10, 8, PngWriter.Grey).Data(new byte[10]).End().ToArray(), 400, "picture_unreadable" },
        { "no height", new PngWriter().Header(10, 0, 8, PngWriter.Grey).Data(new byte[10]).End().ToArray(), 400, "picture_unreadable" },
        { "the largest sides", new PngWriter().Header(int.MaxValue, int.MaxValue, 8, PngWriter.Grey).Data(new byte[10]).End().ToArray(), 413, "picture_too_large" },
        { "a filter that there is not", new PngWriter().Header(2, 2, 8, PngWriter.Grey).Data([9, 0, 0, 9, 0, 0]).End().ToArray(), 400, "picture_unreadable" },
        { "a bit depth of 3", new PngWriter().Header(10, 10, 3, PngWriter.Grey).Data(new byte[100]).End().ToArray(), 400, "picture_unreadable" },
        { "a colour type of 5", new PngWriter().Header(10, 10, 8, 5).Data(new byte[100]).End().ToArray(), 400, "picture_unreadable" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public Task What_is_no_picture(string what, byte[] bytes, int status, string code) => service.SurvivesAsync(async client =>
    {
        Assert.NotEmpty(what);
        var problem = await (await PostAsync(client, bytes)).ProblemAsync(status, code);
        Assert.DoesNotContain("passwd", problem.ToJsonString(), StringComparison.Ordinal);
    });

    [Fact]
    public Task A_png_with_a_critical_chunk_damaged_missing_doubled_moved_or_oversized() => service.SurvivesAsync(async client =>
    {
        foreach (var (what, file) in PngChunks.Damaged(Grey).Concat(PngChunks.Damaged(Palette)))
        {
            using var answer = await PostAsync(client, file);
            if (Harmless.Contains(what)) await answer.JsonAsync();
            else Assert.True(await IsUnreadableAsync(answer), $"{what}: {(int)answer.StatusCode}");
        }
    });

    /// <summary>JPEG has no checksums, so a damaged file may decode to a different image (200). Otherwise it is rejected with 400, 413 or 422.</summary>
    [Fact]
    public Task A_jpeg_with_a_segment_damaged_missing_doubled_moved_or_oversized() => service.SurvivesAsync(async client =>
    {
        var refused = 0;
        foreach (var name in (string[])["grey", "colour-progressive", "restarts", "cmyk", "arithmetic"])
        {
            var sound = JpegSegments.Files[name];
            foreach (var (what, file) in JpegSegments.Damaged(sound))
            {
                using var answer = await PostAsync(client, file);
                Assert.True((int)answer.StatusCode is 200 or 400 or 413 or 422, $"{name}, {what}: {(int)answer.StatusCode}");
                if ((int)answer.StatusCode != 200) refused++;
            }
            foreach (var length in Enumerable.Range(1, 19).Select(i => i * sound.Length / 20)) // only the end marker may be absent
                Assert.True(await IsUnreadableAsync(await PostAsync(client, sound[..length])), $"{name}, cut after {length} of {sound.Length} bytes");
        }
        Assert.InRange(refused, 200, int.MaxValue);
    });

    private static async Task<bool> IsUnreadableAsync(HttpResponseMessage answer) =>
        (int)answer.StatusCode is 400 or 413 && (await answer.Content.ReadAsStringAsync(TestHttp.Cancellation)).Contains("\"code\":\"picture_", StringComparison.Ordinal);

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, byte[] file) => client.PostAsync("/predict", TestHttp.Body(file, "image/png"), TestHttp.Cancellation);

    private static byte[] WrongAdler()
    {
        var chunks = PngChunks.Of(Grey);
        return PngChunks.Write(chunks.Select(chunk => chunk.Type == "IDAT" ? (chunk.Type, (byte[])[.. chunk.Data[..^1], (byte)(chunk.Data[^1] ^ 1)]) : chunk));
    }
}
