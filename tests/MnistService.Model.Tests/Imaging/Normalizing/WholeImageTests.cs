using MnistService.Drawings;
using MnistService.Model.Imaging;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

/// <summary>Images whose clients have already cropped and centered them are only scaled.</summary>
public sealed class WholeImageTests
{
    [Fact]
    public void An_image_that_must_not_be_normalized_is_only_scaled()
    {
        var pixels = new byte[56 * 56];
        for (var y = 10; y < 20; y++) pixels[y * 56 + 11] = pixels[y * 56 + 10] = 255; // a bar in the upper left
        var file = new PngWriter().Header(56, 56, 8, PngWriter.Grey).Data(PngWriter.Rows(pixels, 56)).End().ToArray();
        var frame = ImageReader.Read(file, new ImageOptions { Normalize = NormalizeMode.Never }).Pixels.ToArray();
        for (var i = 0; i < 784; i++) Assert.Equal(i % 28 == 5 && i / 28 is >= 5 and < 10 ? 255 : 0, frame[i]);
    }

    [Theory]
    [InlineData(InvertMode.Never, 0)]
    [InlineData(InvertMode.Always, 255)]
    public void The_polarity_can_be_set(InvertMode invert, byte paper)
    {
        // Half ink and half paper: the image itself does not determine its polarity.
        var pixels = new byte[784];
        for (var i = 0; i < 784; i++) pixels[i] = (byte)(i % 28 < 14 ? 255 - paper : paper);
        var frame = ImageReader.Read(PngWriter.Mnist(pixels), new ImageOptions { Invert = invert, Normalize = NormalizeMode.Never }).Pixels.ToArray();
        Assert.Equal((255, 0), (frame[0], frame[27]));
    }

    [Theory]
    [InlineData(200, 10, 55, 245)] // a light border is paper
    [InlineData(10, 200, 10, 200)]
    [InlineData(127, 255, 127, 255)]
    [InlineData(128, 0, 127, 255)]
    public void A_light_border_is_inverted(byte border, byte inside, byte framedBorder, byte framedInside)
    {
        var frame = WholeImage.Scale(TestPlanes.Page(TestPlanes.Create(28, 28, (x, y) => x is > 0 and < 27 && y is > 0 and < 27 ? inside : border)), InvertMode.Auto);
        Assert.Equal((framedBorder, framedInside), (frame[0], frame[14 * 28 + 14]));
    }

    [Theory]
    [InlineData(56, 28, 0, 7)] // twice as wide as high: 7 rows of paper above and below
    [InlineData(28, 56, 7, 0)]
    public void The_shorter_side_is_padded_with_paper(int width, int height, int left, int top)
    {
        var page = TestPlanes.Create(width, height, (x, _) => x < 4 ? 155 : 255); // inverted: 100 on the left, else 0
        var expected = TestPlanes.Create(28, 28, (x, y) => x >= left && x < left + 2 && y >= top && y < 28 - top ? 100 : 0);
        Assert.Equal(expected.Values.Select(value => (byte)value), WholeImage.Scale(TestPlanes.Page(page), InvertMode.Always));
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    public void An_image_whose_brightness_varies_by_less_than_8_levels_has_no_ink(int variation, bool accepted)
    {
        var page = TestPlanes.Page(TestPlanes.Create(30, 30, (x, y) => (x, y) == (15, 15) ? 100 + variation : 100));
        if (accepted) Assert.Equal(784, WholeImage.Scale(page, InvertMode.Auto).Length);
        else Assert.Equal(ImageError.NoInk, Assert.Throws<ImageException>(() => WholeImage.Scale(page, InvertMode.Auto)).Error);
    }

    [Theory]
    [InlineData(255, 0, 0, 76)]
    [InlineData(0, 255, 0, 150)]
    [InlineData(0, 0, 255, 29)]
    [InlineData(255, 255, 255, 255)]
    public void A_color_counts_with_its_brightness(int red, int green, int blue, byte gray)
    {
        Plane[] channels = [.. new[] { red, green, blue }.Select(level => TestPlanes.Create(28, 28, (x, _) => x == 14 ? level : 0))];
        Assert.Equal(gray, WholeImage.Scale(TestPlanes.Page(channels), InvertMode.Never)[14]);
    }
}
