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
        var frame = Bar(11, 4, 6, 20);
        var stored = negative ? Negative(frame) : frame;
        Assert.Equal(taken ? frame : null, TryTake(28, 28, i => [stored[i]], new() { Invert = invert }));
        Assert.Equal(taken ? frame : null, TryTake(28, 28, i => [stored[i], stored[i], stored[i], 255], new() { Invert = invert }));
    }

    [Fact]
    public void Other_sizes_colors_transparency_and_a_requested_normalization_prevent_it()
    {
        var frame = Bar(11, 4, 6, 20);
        Assert.Null(TryTake(28, 28, i => [frame[i]], new() { Normalize = NormalizeMode.Always }));
        Assert.Null(TryTake(27, 28, i => [frame[i]]));
        Assert.Null(TryTake(28, 27, i => [frame[i]]));
        Assert.Null(TryTake(28, 28, i => [frame[i], frame[i], frame[i], (byte)(i == 783 ? 254 : 255)]));
        Assert.Null(TryTake(28, 28, i => [(byte)(i == 783 ? 1 : frame[i]), frame[i], frame[i], 255]));
        Assert.Null(TryTake(28, 28, i => [frame[i], frame[i], (byte)(i == 783 ? 1 : frame[i]), 255]));
    }

    [Theory]
    [InlineData(11, 5, 6, 17, 255, false)] // 17 pixels long
    [InlineData(11, 5, 6, 18, 255, true)]
    [InlineData(11, 4, 6, 21, 255, true)]
    [InlineData(11, 3, 6, 22, 255, false)]
    [InlineData(4, 11, 21, 6, 255, true)] // the same for the width
    [InlineData(3, 11, 22, 6, 255, false)]
    [InlineData(11, 4, 6, 20, 239, false)] // too faint
    [InlineData(11, 4, 6, 20, 240, true)]
    [InlineData(10, 4, 6, 20, 255, false)] // center of mass at x = 12.5
    [InlineData(12, 4, 6, 20, 255, true)] // x = 14.5
    [InlineData(13, 4, 6, 20, 255, false)]
    [InlineData(4, 10, 20, 6, 255, false)] // the same for y
    [InlineData(4, 12, 20, 6, 255, true)]
    [InlineData(4, 13, 20, 6, 255, false)]
    [InlineData(9, 4, 10, 20, 255, true)] // strokes of 8 and 12 pixels
    [InlineData(7, 4, 14, 20, 255, false)]
    public void A_soft_bar_is_in_MNISTs_frame_if_its_size_strength_place_and_width_are(int left, int top, int width, int height, byte ink, bool looks) =>
        Assert.Equal(looks, MnistFrame.LooksLikeMnist(Bar(left, top, width, height, ink)));

    [Theory]
    [InlineData(13, 3, 100, true)] // a stroke of one pixel with soft edges
    [InlineData(14, 1, 255, false)] // a drawing of one-pixel strokes without antialiasing
    [InlineData(12, 4, 255, true)] // a thick stroke
    public void The_edges_of_thin_strokes_must_be_soft(int left, int width, byte edge, bool looks) =>
        Assert.Equal(looks, MnistFrame.LooksLikeMnist(Bar(left, 4, width, 20, 255, edge)));

    [Theory]
    [InlineData(false, false)] // along the top
    [InlineData(true, false)] // the bottom
    [InlineData(false, true)] // the left side
    [InlineData(true, true)]
    public void At_most_6_pixels_of_the_border_are_gray(bool flipped, bool turned)
    {
        Assert.True(MnistFrame.LooksLikeMnist(WithBorder(6, 16)));
        Assert.False(MnistFrame.LooksLikeMnist(WithBorder(7, 16)));
        Assert.True(MnistFrame.LooksLikeMnist(WithBorder(7, 15))); // almost black

        byte[] WithBorder(int pixels, byte level)
        {
            // A thin neck below the border and a thick body: 20 pixels high with the center of mass in the middle of the frame. Half of the pixels are gray.
            var frame = new byte[784];
            for (var y = 1; y <= 20; y++)
                for (var x = y <= 13 ? 13 : 11; x <= (y <= 13 ? 14 : 17); x++)
                    if (y != 13) Set(frame, x, y, (byte)((x + y) % 2 == 0 ? 239 : 255));
            for (var i = 0; i < pixels; i++) Set(frame, 10 + i, 0, level);
            return frame;
        }

        void Set(byte[] frame, int x, int y, byte level)
        {
            if (flipped) y = 27 - y;
            frame[turned ? x * 28 + y : y * 28 + x] = level;
        }
    }

    [Fact]
    public void An_empty_frame_does_not_look_like_MNIST() => Assert.False(MnistFrame.LooksLikeMnist(new byte[784]));

    private static byte[]? TryTake(int width, int height, Func<int, byte[]> pixel, ImageOptions? options = null)
    {
        using var bitmap = TestPlanes.CreateBitmap(width, height, (x, y) => pixel(y * 28 + x));
        return MnistFrame.TryTake(bitmap, options ?? ImageOptions.Default);
    }

    /// <summary>A bar whose outermost pixels are soft edges.</summary>
    private static byte[] Bar(int left, int top, int width, int height, byte ink = 255, byte edge = 100)
    {
        var frame = new byte[784];
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
                frame[y * 28 + x] = x == left || x == left + width - 1 || y == top || y == top + height - 1 ? edge : ink;
        }
        return frame;
    }

    private static byte[] Negative(byte[] pixels) => [.. pixels.Select(pixel => (byte)(255 - pixel))];
}
