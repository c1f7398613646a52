using MnistService.Drawings;
using MnistService.Model.Imaging;
using MnistService.Predict.Decoding;

namespace MnistService.Tests.Predict.Decoding;

/// <summary>Which images wait for a decode thread, and their estimated cost.</summary>
public sealed class DecodeCostTests
{
    [Theory]
    [InlineData(28, 28, null)]
    [InlineData(64, 64, null)]
    [InlineData(65, 64, 65 * 64)]
    [InlineData(4000, 4000, 16_000_000)]
    // An image whose header announces more pixels than the limit is rejected by its header. It does not wait, and its pixels do not count.
    [InlineData(4001, 4000, null)]
    [InlineData(int.MaxValue, int.MaxValue, null)]
    [InlineData(uint.MaxValue, uint.MaxValue, null)]
    [InlineData(0, 100, null)]
    public void A_png_costs_its_pixels(uint width, uint height, int? pixels)
    {
        var file = new PngWriter().Header(width, height, 8, PngWriter.Grey).End().ToArray();
        Assert.Equal(pixels + file.Length, DecodePool.CostOf(file, ImageOptions.Default));
    }

    [Fact]
    public void A_jpeg_costs_its_pixels_and_bytes()
    {
        var file = new Scene("photo", 320, 240, 160, 8) { Jpeg = 80 }.Draw(3, new Random(1));
        Assert.Equal(320 * 240 + file.Length, DecodePool.CostOf(file, ImageOptions.Default));
    }

    [Fact]
    public void Many_bytes_cost_whatever_they_are() => Assert.Equal(100_000, DecodePool.CostOf(new byte[100_000], ImageOptions.Default));
}
