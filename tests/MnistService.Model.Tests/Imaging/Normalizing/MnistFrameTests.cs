using MnistService.Drawings;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Model.Imaging.Normalizing;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Imaging.Normalizing;

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
            Assert.Equal(pixels, ImageReader.Read(PngWriter.Mnist(pixels), ImageOptions.Default).Pixels.ToArray());
            Assert.Equal(pixels, ImageReader.Read(PngWriter.Mnist(Negative(pixels)), ImageOptions.Default).Pixels.ToArray());
        }
    }

    [Theory]
    [InlineData(false, InvertMode.Auto, true)]
    [InlineData(false, InvertMode.Never, true)]
    [InlineData(false, InvertMode.Always, false)] // its ink is light
    [InlineData(true, InvertMode.Auto, true)]
    [InlineData(true, InvertMode.Never, false)]
    [InlineData(true, InvertMode.Always, true)]
    public void The_polarity_must_be_the_requested_one(bool negative, InvertMode invert, bool taken)
    {
        var frame = Bar(10, 4, 4, 20);
        var stored = negative ? Negative(frame) : frame;
        Assert.Equal(taken ? frame : null, TryTake(28, 28, i => [stored[i]], new() { Invert = invert }));
        Assert.Equal(taken ? frame : null, TryTake(28, 28, i => [stored[i], stored[i], stored[i], 255], new() { Invert = invert }));
    }

    [Fact]
    public void Other_sizes_colors_transparency_and_a_requested_normalization_prevent_it()
    {
        var frame = Bar(10, 4, 4, 20);
        Assert.Null(TryTake(28, 28, i => [frame[i]], new() { Normalize = NormalizeMode.Always }));
        Assert.Null(TryTake(27, 28, i => [frame[i]]));
        Assert.Null(TryTake(28, 27, i => [frame[i]]));
        Assert.Null(TryTake(28, 28, i => [frame[i], frame[i], frame[i], (byte)(i == 783 ? 254 : 255)]));
        Assert.Null(TryTake(28, 28, i => [(byte)(i == 783 ? 1 : frame[i]), frame[i], frame[i], 255]));
        Assert.Null(TryTake(28, 28, i => [frame[i], frame[i], (byte)(i == 783 ? 1 : frame[i]), 255]));
    }

    [Theory]
    [InlineData(12, 7, 4, 13, 255, false)] // 13 pixels long
    [InlineData(12, 7, 4, 14, 255, true)]
    [InlineData(12, 2, 4, 24, 255, true)]
    [InlineData(12, 2, 4, 25, 255, false)]
    [InlineData(2, 12, 24, 4, 255, true)] // the same for the width
    [InlineData(2, 12, 25, 4, 255, false)]
    [InlineData(12, 4, 4, 20, 127, false)] // too faint
    [InlineData(12, 4, 4, 20, 128, true)]
    [InlineData(2, 5, 24, 16, 255, true)] // 384 pixels
    [InlineData(3, 6, 22, 18, 255, false)] // 396, more than half of all
    [InlineData(10, 4, 3, 20, 255, false)] // center of mass at x = 11, at the limit
    [InlineData(10, 4, 4, 20, 255, true)]
    [InlineData(16, 4, 3, 20, 255, false)] // x = 17
    [InlineData(15, 4, 4, 20, 255, true)]
    [InlineData(4, 10, 20, 3, 255, false)] // the same for y
    [InlineData(4, 10, 20, 4, 255, true)]
    [InlineData(4, 16, 20, 3, 255, false)]
    [InlineData(4, 15, 20, 4, 255, true)]
    public void A_bar_looks_like_MNIST_if_its_size_strength_and_place_do(int left, int top, int width, int height, byte ink, bool looks) =>
        Assert.Equal(looks, MnistFrame.LooksLikeMnist(Bar(left, top, width, height, ink)));

    [Theory]
    [InlineData(0, 1)] // along the top
    [InlineData(27 * 28, 1)]
    [InlineData(0, 28)] // down the left side
    [InlineData(27, 28)]
    public void At_most_10_pixels_of_the_border_are_gray(int start, int step)
    {
        Assert.True(MnistFrame.LooksLikeMnist(WithBorder(10, 16)));
        Assert.False(MnistFrame.LooksLikeMnist(WithBorder(11, 16)));
        Assert.True(MnistFrame.LooksLikeMnist(WithBorder(11, 15))); // almost black

        byte[] WithBorder(int pixels, byte level)
        {
            // The bar begins beside the border pixels and ends 24 pixels from the border, so that its size and center are still those of MNIST.
            var near = start == 0 ? 1 : 4;
            var frame = step == 1 ? Bar(9, near, 10, 23) : Bar(near, 9, 23, 10);
            for (var i = 0; i < pixels; i++) frame[start + (8 + i) * step] = level;
            return frame;
        }
    }

    [Fact]
    public void An_empty_frame_does_not_look_like_MNIST() => Assert.False(MnistFrame.LooksLikeMnist(new byte[784]));

    private static byte[]? TryTake(int width, int height, Func<int, byte[]> pixel, ImageOptions? options = null)
    {
        using var bitmap = TestPlanes.CreateBitmap(width, height, (x, y) => pixel(y * 28 + x));
        return MnistFrame.TryTake(bitmap, options ?? ImageOptions.Default);
    }

    private static byte[] Bar(int left, int top, int width, int height, byte ink = 255)
    {
        var frame = new byte[784];
        for (var y = top; y < top + height; y++) frame.AsSpan(y * 28 + left, width).Fill(ink);
        return frame;
    }

    private static byte[] Negative(byte[] pixels) => [.. pixels.Select(pixel => (byte)(255 - pixel))];
}
