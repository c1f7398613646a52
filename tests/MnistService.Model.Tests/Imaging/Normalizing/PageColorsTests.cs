using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class PageColorsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(799, 1)]
    [InlineData(800, 1)]
    [InlineData(801, 2)]
    [InlineData(1600, 2)]
    [InlineData(1601, 3)]
    public void The_block_is_the_smallest_that_fits_the_longer_side(int side, int block)
    {
        Assert.Equal(block, PageColors.BlockFor(new Box(0, 0, side, 1), 800));
        Assert.Equal(block, PageColors.BlockFor(new Box(7, 9, 8, 9 + side), 800));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Each_pixel_is_the_mean_of_its_block_also_at_the_edges(int channels)
    {
        using var page = TestPlanes.CreateBitmap(7, 5, (x, y) => channels == 1 ? [(byte)(10 * x + y)] : [(byte)(10 * x + y), (byte)(10 * x + y), (byte)(10 * x + y), 255]);
        var region = PageColors.Take(page, new Box(1, 1, 6, 4), 3, 255); // 5×3 pixels in blocks of 2×2: the last column and row are cut
        Assert.Equal((2, 3, 2), (region.Block, region.Width, region.Height));
        Assert.Equal([16.5f, 36.5f, 51.5f, 18, 38, 53], Assert.Single(region.Channels).Values);
    }

    [Fact]
    public void A_colored_region_has_three_channels_and_a_gray_region_of_the_same_page_one()
    {
        using var page = TestPlanes.CreateBitmap(6, 4, (x, y) => (x, y) == (4, 2) ? [9, 9, 8, 255] : [70, 70, 70, 255]);
        Assert.Single(PageColors.Take(page, new Box(0, 0, 4, 4), 800, 255).Channels);
        Assert.Equal([9, 9, 8], Pixel(page, 4, 2, 255));
    }

    [Theory]
    [InlineData(0, 255, 255, 255, 255)] // transparent: only the background
    [InlineData(0, 0, 0, 0, 0)]
    [InlineData(255, 255, 200, 100, 50)] // opaque: only the color
    [InlineData(51, 255, 244, 224, 214)] // one fifth of the color, four fifths of the background
    [InlineData(51, 0, 40, 20, 10)]
    [InlineData(100, 0, 78, 39, 20)] // rounded: 78.4, 39.2 and 19.6
    public void Transparent_pixels_are_blended_with_the_background(byte alpha, byte under, byte red, byte green, byte blue)
    {
        using var page = TestPlanes.CreateBitmap(3, 3, (x, y) => (x, y) == (1, 1) ? [200, 100, 50, alpha] : [0, 0, 0, 255]);
        Assert.Equal([red, green, blue], Pixel(page, 1, 1, under));
    }

    [Fact]
    public void A_gray_page_with_transparency_is_blended_in_one_channel()
    {
        using var page = TestPlanes.CreateBitmap(2, 1, (x, _) => [0, 0, 0, (byte)(x == 0 ? 51 : 255)]);
        Assert.Equal([204, 0], Assert.Single(PageColors.Take(page, new Box(0, 0, 2, 1), 800, 255).Channels).Values);
    }

    private static float[] Pixel(Bitmap page, int x, int y, byte under) =>
        [.. PageColors.Take(page, new Box(0, 0, page.Width, page.Height), 800, under).Channels.Select(channel => channel[x, y])];
}
