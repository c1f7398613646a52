using MnistService.Drawings;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Imaging;

/// <summary>Images that already have MNIST's format go to the network unchanged.</summary>
public sealed class MnistFrameTests
{
    [Fact]
    public void Every_training_image_goes_in_unchanged_and_so_does_its_negative()
    {
        var train = MnistDataset.Load(MnistLocation.Require()).Train;
        for (var i = 0; i < train.Count; i += 7)
        {
            var pixels = train.Pixels.AsSpan(i * 784, 784).ToArray();
            byte[] negative = [.. pixels.Select(pixel => (byte)(255 - pixel))];
            Assert.Equal(pixels, ImageReader.Read(PngWriter.Mnist(pixels), ImageOptions.Default).Pixels.ToArray());
            Assert.Equal(pixels, ImageReader.Read(PngWriter.Mnist(negative), ImageOptions.Default).Pixels.ToArray());
        }
    }

    [Fact]
    public void Normalised_anyway_a_training_image_stays_where_it_was()
    {
        // Normalization produces MNIST's frame: normalized again, an image hardly moves.
        var train = MnistDataset.Load(MnistLocation.Require()).Train;
        var moved = 0.0;
        const int Count = 300;
        for (var i = 0; i < Count; i++)
        {
            var pixels = train.Pixels.AsSpan(i * 784, 784).ToArray();
            var again = ImageReader.Read(PngWriter.Mnist(pixels), new ImageOptions { Normalize = NormalizeMode.Always }).Pixels.ToArray();
            var (x, y) = Centre(pixels);
            var (newX, newY) = Centre(again);
            moved += Math.Sqrt((x - newX) * (x - newX) + (y - newY) * (y - newY)) / Count;
        }
        Assert.InRange(moved, 0, 0.7); // pixels, on average
    }

    [Fact]
    public void Never_normalised_a_picture_is_only_scaled()
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
    public void The_side_that_is_ink_can_be_said(InvertMode invert, byte paper)
    {
        // Half ink and half paper: the image itself does not determine its polarity.
        var pixels = new byte[784];
        for (var i = 0; i < 784; i++) pixels[i] = (byte)(i % 28 < 14 ? 255 - paper : paper);
        var frame = ImageReader.Read(PngWriter.Mnist(pixels), new ImageOptions { Invert = invert, Normalize = NormalizeMode.Never }).Pixels.ToArray();
        Assert.Equal((255, 0), (frame[0], frame[27]));
    }

    private static (double X, double Y) Centre(byte[] pixels)
    {
        var (sum, x, y) = (0.0, 0.0, 0.0);
        for (var i = 0; i < 784; i++) (sum, x, y) = (sum + pixels[i], x + pixels[i] * (i % 28), y + pixels[i] * (i / 28));
        return (x / sum, y / sum);
    }
}
