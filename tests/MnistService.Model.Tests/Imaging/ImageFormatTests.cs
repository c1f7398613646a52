using MnistService.Drawings;
using MnistService.Model.Imaging;
using SkiaSharp;
using static MnistService.Model.Tests.Imaging.ImagePixels;

namespace MnistService.Model.Tests.Imaging;

/// <summary>One image in all formats and variants gives the same network input; in lossless ones, bit for bit.</summary>
public sealed class ImageFormatTests
{
    private static readonly List<ImageForm> All = [.. PngForms.All(), .. OtherForms.All()];

    public static TheoryData<string> Forms() => [.. All.Select(form => form.Name)];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_lossless_form_has_the_same_pixels(string name)
    {
        var form = All.Single(form => form.Name == name);
        Assert.Equal(Pixels(form.Plain), Pixels(form.File));
    }

    [Fact]
    public void A_lossy_webp_has_nearly_the_same_pixels()
    {
        using var bitmap = SKBitmap.Decode(PngForms.Plain(256));
        using var webp = bitmap.Encode(SKEncodedImageFormat.Webp, 90);
        Assert.InRange(Difference(Pixels(PngForms.Plain(256)), Pixels(webp.ToArray())), 0, 4);
    }

    [Theory]
    [MemberData(nameof(Jpegs))]
    public void Every_form_of_a_jpeg_holds_nearly_the_same_picture(string name) =>
        Assert.InRange(Difference(Pixels(JpegSegments.Files["grey"]), Pixels(JpegSegments.Files[name])), 0, 4); // rounding of JPEG

    public static TheoryData<string> Jpegs() => [.. JpegSegments.Files.Keys];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Grey_bytes_under_every_filter_are_what_skia_makes_of_them(int filter)
    {
        // Filtered bytes may have any value: noise under a filter is a valid image, too. 5: a random filter in each row.
        var (random, rows) = (new Random(filter), new byte[28 * 29]);
        random.NextBytes(rows);
        for (var y = 0; y < 28; y++) rows[y * 29] = (byte)(filter == 5 ? random.Next(5) : filter);
        var file = new PngWriter().Header(28, 28, 8, PngWriter.Grey).Data(rows).End().ToArray();
        using var oracle = SKBitmap.Decode(file, new SKImageInfo(28, 28, SKColorType.Gray8));
        using var picture = Model.Imaging.Decoding.ImageDecoder.Decode(file, ImageOptions.Default);
        Assert.Equal(oracle.GetPixelSpan(), picture.Bitmap.Pixels);
    }

    /// <summary>Format, byte order, type of the value, and prefix of the metadata.</summary>
    public static TheoryData<string, bool, bool, string> Orientations() => new()
    {
        { "jpeg", false, false, "" },
        { "jpeg", true, false, "" },
        { "png", false, false, "" },
        { "png", true, false, "" },
        { "png", true, true, "" },
        { "png", false, true, "Exif\0\0" },
        { "gray png", true, false, "" },
        { "webp", false, false, "" },
        { "webp", true, false, "Exif\0\0" },
    };

    [Theory]
    [MemberData(nameof(Orientations))]
    public void An_image_with_an_exif_orientation_is_read_upright(string format, bool littleEndian, bool isLong, string prefix)
    {
        using var upright = SKBitmap.Decode(new Scene("plain", 90, 120, 90, 10).Draw(7, new Random(7)));
        using var plain = upright.Encode(SKEncodedImageFormat.Png, 100);
        for (byte orientation = 1; orientation <= 8; orientation++)
        {
            using var turned = Turned(upright, orientation, format == "gray png" ? SKColorType.Gray8 : SKColorType.Rgba8888);
            byte[] exif = [.. System.Text.Encoding.ASCII.GetBytes(prefix), .. Exif.Of(orientation, littleEndian, isLong)];
            Assert.InRange(Difference(Pixels(plain.ToArray()), Pixels(Tagged(turned, format, exif))), 0, format == "jpeg" ? 3 : 0); // rounding of JPEG
        }
    }

    [Fact]
    public void Damaged_exif_metadata_means_upright()
    {
        using var upright = SKBitmap.Decode(new Scene("plain", 90, 120, 90, 10).Draw(7, new Random(7)));
        using var plain = upright.Encode(SKEncodedImageFormat.Png, 100);
        var sound = Exif.Of(6);
        byte[][] damaged =
        [
            [], sound[..7], sound[..9], sound[..21], [.. "XX"u8, .. sound[2..]], Exif.Of(0), Exif.Of(9), [.. sound[..4], 255, 255, 255, 255, .. sound[8..]],
            [.. sound[..8], 255, 255, 0x01, 0x13, .. sound[12..]], // 65,535 entries without an orientation
        ];
        foreach (var exif in damaged) Assert.Equal(Pixels(plain.ToArray()), Pixels(Tagged(upright, "png", exif)));
    }

    /// <summary>Stores an upright image so that this orientation makes it upright again (EXIF 2.32, 4.6.4).</summary>
    private static SKBitmap Turned(SKBitmap upright, byte orientation, SKColorType type)
    {
        var (width, height) = (upright.Width, upright.Height);
        var turned = orientation >= 5 ? new SKBitmap(height, width, type, SKAlphaType.Opaque) : new SKBitmap(width, height, type, SKAlphaType.Opaque);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (column, row) = orientation switch
                {
                    1 => (x, y),
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (y, width - 1 - x),
                    7 => (height - 1 - y, width - 1 - x),
                    _ => (height - 1 - y, x),
                };
                turned.SetPixel(column, row, upright.GetPixel(x, y));
            }
        }
        return turned;
    }

    private static byte[] Tagged(SKBitmap stored, string format, byte[] exif)
    {
        if (format == "jpeg")
        {
            using var jpeg = stored.Encode(SKEncodedImageFormat.Jpeg, 95);
            return [.. jpeg.AsSpan()[..2], .. Exif.Segment(exif), .. jpeg.AsSpan()[2..]];
        }
        if (format == "webp")
        {
            using var pixels = stored.PeekPixels();
            using var webp = pixels!.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 50));
            return WebpChunks.WithExif(webp!.ToArray(), stored.Width, stored.Height, exif);
        }
        using var png = stored.Encode(SKEncodedImageFormat.Png, 100);
        var chunks = PngChunks.Of(png.AsSpan());
        return PngChunks.Write([chunks[0], ("eXIf", exif), .. chunks[1..]]);
    }
}
