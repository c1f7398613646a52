using MnistService.Drawings;
using MnistService.Model.Imaging;
using SkiaSharp;

namespace MnistService.Model.Tests.Imaging;

/// <summary>One image in all encodings of PNG and JPEG gives the same network input; for PNG, bit for bit.</summary>
public sealed class ImageFormatTests
{
    public static TheoryData<string> Forms() => [.. PngForms.All().Select(form => form.Name)];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_of_a_png_holds_the_same_picture(string name)
    {
        var form = PngForms.All().Single(form => form.Name == name);
        Assert.Equal(Pixels(form.Plain), Pixels(form.File));
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
        using var picture = Model.Imaging.Decoding.ImageDecoder.Decode(file, 784);
        Assert.Equal(oracle.GetPixelSpan(), picture.Bitmap.Pixels);
    }

    [Fact]
    public void A_jpeg_turned_by_the_camera_is_read_upright()
    {
        using var upright = SKBitmap.Decode(new Scene("plain", 90, 120, 90, 10).Draw(7, new Random(7)));
        using var turned = new SKBitmap(120, 90);
        for (var y = 0; y < 120; y++)
            for (var x = 0; x < 90; x++) turned.SetPixel(y, 89 - x, upright.GetPixel(x, y)); // as orientation 6 stores it
        using var plain = upright.Encode(SKEncodedImageFormat.Jpeg, 95);
        using var stored = turned.Encode(SKEncodedImageFormat.Jpeg, 95);
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        byte[] tagged = [.. stored.ToArray()[..2], .. exif, .. stored.ToArray()[2..]];
        Assert.InRange(Difference(Pixels(plain.ToArray()), Pixels(tagged)), 0, 3); // rounding of JPEG
    }

    private static byte[] Pixels(byte[] file) => ImageReader.Read(file, ImageOptions.Default).Pixels.ToArray();

    /// <summary>Mean absolute difference.</summary>
    private static double Difference(byte[] a, byte[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Average();
}
