using System.Text;
using MnistService.Drawings;
using MnistService.Model.Imaging;

namespace MnistService.Model.Tests.Imaging;

/// <summary>Unreadable images: always a <see cref="ImageException"/> of the expected kind, without a large allocation.</summary>
public sealed class BadImageTests
{
    private static readonly byte[] Good = new Scene("plain", 60, 60, 45, 6).Draw(5, new Random(1));

    private static ImageError ErrorOf(byte[] bytes) => Assert.Throws<ImageException>(() => ImageReader.Read(bytes, ImageOptions.Default)).Error;

    private static PngWriter Grey(uint width, uint height) => new PngWriter().Header(width, height, 8, PngWriter.Grey);

    private static byte[] Flat(int width, int height, byte value) =>
        Grey((uint)width, (uint)height).Data(PngWriter.Rows(Enumerable.Repeat(value, width * height).ToArray(), width)).End().ToArray();

    [Fact]
    public void No_bytes_are_no_picture() => Assert.Equal(ImageError.Empty, ErrorOf([]));

    [Fact]
    public void A_png_cut_anywhere_is_unreadable()
    {
        for (var length = 1; length < Good.Length; length++) Assert.Equal(ImageError.Unreadable, ErrorOf(Good[..length]));
    }

    [Fact]
    public void A_jpeg_cut_in_its_headers_is_unreadable()
    {
        var jpeg = (new Scene("plain", 60, 60, 45, 6) { Jpeg = 90 }).Draw(5, new Random(1));
        for (var length = 1; length < 300; length++) Assert.Equal(ImageError.Unreadable, ErrorOf(jpeg[..length]));
    }

    [Theory]
    [InlineData("IHDR")]
    [InlineData("IDAT")]
    [InlineData("IEND")]
    public void A_wrong_checksum_in_a_critical_chunk_is_unreadable(string type)
    {
        var at = Good.AsSpan().IndexOf(Encoding.ASCII.GetBytes(type));
        var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(Good.AsSpan(at - 4));
        var spoiled = Good.ToArray();
        spoiled[at + 4 + length] ^= 1;
        Assert.Equal(ImageError.Unreadable, ErrorOf(spoiled));
    }

    [Fact]
    public void Data_that_is_no_zlib_is_unreadable() => Assert.Equal(ImageError.Unreadable, ErrorOf(Grey(10, 10).Chunk("IDAT", [1, 2, 3, 4]).End().ToArray()));

    [Fact]
    public void Data_that_ends_before_the_last_row_is_unreadable() => Assert.Equal(ImageError.Unreadable, ErrorOf(Grey(50, 50).Data(new byte[51 * 49]).End().ToArray()));

    [Fact]
    public void Data_that_inflates_to_more_than_the_picture_needs_is_refused_without_unpacking_it()
    {
        var bytes = Grey(50, 50).Data(new byte[50_000_000]).End().ToArray();
        ErrorOf(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ImageError.Unreadable, ErrorOf(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_palette_that_is_missing_or_too_short_is_unreadable()
    {
        var rows = PngWriter.PackedRows(Enumerable.Repeat((byte)3, 1600).ToArray(), 40, 8);
        Assert.Equal(ImageError.Unreadable, ErrorOf(new PngWriter().Header(40, 40, 8, PngWriter.Palette).Data(rows).End().ToArray()));
        Assert.Equal(ImageError.Unreadable, ErrorOf(
            new PngWriter().Header(40, 40, 8, PngWriter.Palette).Chunk("PLTE", [0, 0, 0, 255, 255, 255]).Data(rows).End().ToArray()));
    }

    [Theory]
    [InlineData(0u, 10u, ImageError.Unreadable)]
    [InlineData(10u, 0u, ImageError.Unreadable)]
    [InlineData(int.MaxValue, int.MaxValue, ImageError.TooLarge)]
    [InlineData(uint.MaxValue, 1u, ImageError.Unreadable)]
    [InlineData(20_000u, 20_000u, ImageError.TooLarge)]
    [InlineData(5_001u, 5_000u, ImageError.TooLarge)]
    public void A_size_that_cannot_be_is_refused_from_the_header_alone(uint width, uint height, ImageError expected)
    {
        var bytes = Grey(width, height).Data(new byte[50]).End().ToArray();
        ErrorOf(bytes); // warm-up: one-time allocations
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(expected, ErrorOf(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData("RIFF\u0010\0\0\0WAVEfmt ")]
    [InlineData("II*\0")]
    [InlineData("\0\0\0\u001cftypheic")]
    [InlineData("\0\0\0\u001cftypavif")]
    [InlineData("\0\0\0\u001cftypisom")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")]
    [InlineData("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'b'>]><svg/>")]
    [InlineData("%PDF-1.7")]
    [InlineData("<!DOCTYPE html><html></html>")]
    public void Another_type_is_known_by_its_bytes(string text) =>
        Assert.Equal(ImageError.UnsupportedType, ErrorOf([.. Encoding.Latin1.GetBytes(text), .. new byte[60]]));

    [Theory]
    [InlineData(4000, 10)]
    [InlineData(10, 4000)]
    public void A_strip_is_no_digit(int width, int height) => Assert.Equal(ImageError.BadProportions, ErrorOf(Flat(width, height, 0)));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(28, 28)]
    [InlineData(300, 200)]
    public void A_sheet_of_one_colour_has_no_ink(int width, int height)
    {
        foreach (byte value in new byte[] { 0, 128, 255 }) Assert.Equal(ImageError.NoInk, ErrorOf(Flat(width, height, value)));
    }

    [Theory]
    [InlineData(28, 28, 0, 255)]
    [InlineData(200, 200, 0, 255)]
    [InlineData(200, 200, 100, 155)]
    [InlineData(28, 28, 250, 255)]
    public void Noise_is_no_digit(int width, int height, int darkest, int lightest)
    {
        var pixels = new byte[width * height];
        var random = new Random(3);
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)random.Next(darkest, lightest + 1);
        Assert.Equal(ImageError.NoInk, ErrorOf(Grey((uint)width, (uint)height).Data(PngWriter.Rows(pixels, width)).End().ToArray()));
    }

    [Fact]
    public void Every_size_is_read_or_refused()
    {
        foreach (var (width, height) in new[] { (2, 2), (5, 3), (27, 29), (28, 28), (29, 27), (1000, 1000), (5000, 3000) })
        {
            var pixels = new byte[width * height];
            for (var y = height / 4; y < (3 * height + 3) / 4; y++) pixels[y * width + width / 2] = 255;
            var file = Grey((uint)width, (uint)height).Data(PngWriter.Rows(pixels, width)).End().ToArray();
            try
            {
                Assert.Equal(255, ImageReader.Read(file, ImageOptions.Default).Pixels.Span.ToArray().Max());
            }
            catch (ImageException e)
            {
                Assert.Equal(ImageError.NoInk, e.Error);
            }
        }
    }

    [Fact]
    public void A_header_that_libjpeg_would_skip_to_is_not_hidden_from_the_check()
    {
        // libjpeg reads no length after FF 01 and finds the large progressive frame; a check that reads one would find the small frame after it.
        var small = (new Scene("plain", 28, 28, 20, 3) { Jpeg = 90 }).Draw(1, new Random(1));
        byte[] large = [0xFF, 0xC2, 0, 17, 8, 0x1F, 0x7C, 0x1F, 0x7C, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
        foreach (byte marker in new byte[] { 0x00, 0x01, 0xD0, 0xD7 })
            Assert.Equal(ImageError.Unreadable, ErrorOf([0xFF, 0xD8, 0xFF, marker, 0, (byte)(large.Length + 2), .. large, .. small.AsSpan(2)]));
    }

    [Fact]
    public void A_webp_of_no_length_is_unreadable() => Assert.Equal(ImageError.Unreadable, ErrorOf([.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8]));

    [Fact]
    public void Textures_do_not_take_longer_than_other_images()
    {
        // Dots, bars and stripes that would be compared pairwise, or traced as hundreds of lines.
        foreach (var isInk in (Func<int, int, bool>[])[(x, y) => x % 2 == 1 && y % 2 == 1, (x, y) => x % 2 == 1 && y % 4 > 0, (_, y) => y % 2 == 1])
        {
            var pixels = new byte[800 * 800];
            for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i % 800 is > 2 and < 797 && i / 800 is > 2 and < 797 && isInk(i % 800, i / 800) ? 0 : 255);
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            ErrorOrDigit(Grey(800, 800).Data(PngWriter.Rows(pixels, 800)).End().ToArray());
            Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 20); // pairwise: minutes
        }

        static void ErrorOrDigit(byte[] file)
        {
            try
            {
                ImageReader.Read(file, ImageOptions.Default);
            }
            catch (ImageException e)
            {
                Assert.NotEqual(ImageError.Unreadable, e.Error);
            }
        }
    }

    [Fact]
    public void A_file_cut_anywhere_is_unreadable_or_complete()
    {
        foreach (var form in OtherForms.All())
        {
            var whole = ImageReader.Read(form.File, ImageOptions.Default).Pixels.ToArray();
            for (var length = 1; length < form.File.Length; length += 1 + form.File.Length / 300)
            {
                try
                {
                    Assert.Equal(whole, ImageReader.Read(form.File.AsSpan(0, length), ImageOptions.Default).Pixels.ToArray());
                }
                catch (ImageException e)
                {
                    Assert.True(e.Error == ImageError.Unreadable, $"{form.Name} cut after {length} bytes: {e.Message}");
                }
            }
        }
    }

    [Fact]
    public void Headers_that_declare_a_size_beyond_the_limits_are_too_large_even_without_pixels()
    {
        byte[][] files =
        [
            BmpWriter.Write(20_000, 20_000, 24, [], []), BmpWriter.Write(20_000, -20_000, 24, [], []), BmpWriter.WriteCore(20_000, 20_000, []),
            new GifWriter(20_000, 20_000).Image(0, 0, 1, [0]).End(), new GifWriter(1, 1).Image(60_000, 60_000, 1, [0]).End(),
            WebpChunks.Write([WebpChunks.Canvas(0, 16_000, 16_000)]), WebpChunks.Write([("VP8L", [0x2F, 0xFF, 0xFF, 0xFF, 0x0F])]),
            WebpChunks.Write([("VP8 ", [0, 0, 0, 0x9D, 0x01, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F])]),
        ];
        foreach (var file in files)
        {
            var error = Assert.Throws<ImageException>(() => ImageReader.Read(file, ImageOptions.Default));
            Assert.True(error.Error == ImageError.TooLarge, error.Message);
        }
    }

    /// <summary>Damage that checksums do not detect, because the damaged PNGs have correct ones.</summary>
    [Fact]
    public void Damaged_bytes_never_end_in_another_exception()
    {
        var random = new Random(11);
        var jpeg = (new Scene("plain", 60, 60, 45, 6) { Jpeg = 90 }).Draw(5, new Random(1));
        for (var i = 0; i < 1500; i++)
        {
            var rows = PngWriter.Rows(new byte[3600], 60);
            for (var n = random.Next(40); n > 0; n--) rows[random.Next(rows.Length)] = (byte)random.Next(256);
            Try(new PngWriter().Header((uint)random.Next(1, 62), (uint)random.Next(1, 62), (byte)(1 << random.Next(5)), (byte)random.Next(7), (byte)random.Next(2))
                .Chunk("PLTE", new byte[random.Next(300)]).Data(rows).End().ToArray());
            var spoiled = jpeg.ToArray();
            for (var n = random.Next(1, 20); n > 0; n--) spoiled[random.Next(2, spoiled.Length)] = (byte)random.Next(256);
            Try(spoiled);
        }
        foreach (var form in OtherForms.All())
        {
            for (var i = 0; i < 100; i++)
            {
                var spoiled = form.File.ToArray();
                for (var n = random.Next(1, 20); n > 0; n--) spoiled[random.Next(i % 2 == 0 ? 60 : spoiled.Length)] = (byte)random.Next(256);
                Try(spoiled);
            }
        }

        static void Try(byte[] bytes)
        {
            try
            {
                Assert.Equal(784, ImageReader.Read(bytes, ImageOptions.Default).Pixels.Length);
            }
            catch (ImageException e)
            {
                Assert.NotEqual(ImageError.Empty, e.Error);
            }
        }
    }
}
