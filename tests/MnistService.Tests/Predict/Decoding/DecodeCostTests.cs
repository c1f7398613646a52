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
    [InlineData(5000, 5000, 25_000_000)]
    // An image whose header announces more pixels than the limit is rejected by its header. It does not wait, and its pixels do not count.
    [InlineData(5001, 5000, null)]
    [InlineData(int.MaxValue, int.MaxValue, null)]
    [InlineData(uint.MaxValue, uint.MaxValue, null)]
    [InlineData(0, 100, null)]
    public void A_png_costs_its_pixels(uint width, uint height, int? pixels)
    {
        var file = new PngWriter().Header(width, height, 8, PngWriter.Grey).End().ToArray();
        var cost = DecodePool.CostOf(file, ImageOptions.Default);
        Assert.Equal((pixels + file.Length, 4L * pixels + 4L * file.Length + Planes(pixels ?? 0)), (cost?.Work, cost?.Memory));
    }

    [Fact]
    public void A_small_jpeg_costs_its_pixels_and_bytes()
    {
        var file = new Scene("photo", 320, 240, 160, 8) { Jpeg = 80 }.Draw(3, new Random(1));
        const int Pixels = 320 * 240;
        Assert.Equal(new DecodeCost(Pixels, Pixels + Pixels / 6 + file.Length, 4 * Pixels + Planes(Pixels), Planes(Pixels)), DecodePool.CostOf(file, ImageOptions.Default));
    }

    [Fact]
    public void A_reduced_jpeg_costs_less_work_and_a_progressive_one_the_memory_of_its_coefficients()
    {
        var baseline = DecodePool.CostOf(JpegHeaderOf(4000, 3000, 0xC0), ImageOptions.Default)!.Value;
        var progressive = DecodePool.CostOf(JpegHeaderOf(4000, 3000, 0xC2), ImageOptions.Default)!.Value;
        Assert.InRange(baseline.Work, 12_000_000 / 16, 12_000_000 / 4);
        Assert.InRange(progressive.Work, 12_000_000, 15_000_000);
        Assert.Equal(progressive.Memory, baseline.Memory + 2 * 3 * 12_000_000); // three components of 2 bytes without subsampling
    }

    [Fact]
    public void The_other_formats_cost_their_pixels()
    {
        byte[][] files =
        [
            new GifWriter(400, 300).Image(0, 0, 400, new byte[400 * 300]).End(), BmpWriter.Write(400, -300, 24, [], new byte[3 * 400 * 300]),
            WebpChunks.Write([WebpChunks.Canvas(0, 400, 300)]),
        ];
        foreach (var file in files) Assert.Equal(new DecodeCost(400 * 300, 400 * 300 + file.Length, 2 * 4 * 400 * 300 + Planes(400 * 300), Planes(400 * 300)), DecodePool.CostOf(file, ImageOptions.Default));
    }

    [Fact]
    public void A_second_reading_costs_the_planes_once_more() =>
        Assert.Equal(new DecodeCost(100, 100, 1_500, 500), new DecodeCost(100, 100, 1_000, 500).ForInterpretations());

    [Fact]
    public void Many_bytes_cost_whatever_they_are() => Assert.Equal(100_000, DecodePool.CostOf(new byte[100_000], ImageOptions.Default)?.Work);

    /// <summary>Memory of the planes and labels, which are downscaled: 64 bytes per pixel of at most 1200×1200.</summary>
    private static long Planes(int pixels) => 64L * Math.Min(pixels, 1200 * 1200) + (pixels > 1_200_000 ? 32L * 1_200_000 : 0);

    /// <summary>The segments of a JPEG with three components without subsampling, up to the start of its scan.</summary>
    /// <param name="frame">Second byte of the frame marker: 0xC0 for baseline, 0xC2 for progressive.</param>
    private static byte[] JpegHeaderOf(ushort width, ushort height, byte frame) =>
    [
        0xFF, 0xD8, 0xFF, frame, 0, 17, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0,
        0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0, 0xFF, 0xD9,
    ];
}
