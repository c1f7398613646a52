using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class ResamplerTests
{
    private static readonly Plane Source = TestPlanes.Parse(1, "1234", "5678", "9876", "5432");

    [Fact]
    public void At_scale_1_it_copies_and_pixels_outside_are_0()
    {
        var copy = Resampler.Resample(Source, -1, 1, 1, 6, 4);
        Assert.Equal(TestPlanes.Parse(1, ".5678.", ".9876.", ".5432.", "......").Values, copy.Values);
    }

    [Fact]
    public void Downscaled_by_a_whole_number_each_pixel_is_the_mean_of_its_square()
    {
        var half = Resampler.Resample(Source, 0, 0, 2, 2, 2);
        Assert.Equal([14 / 4f, 22 / 4f, 26 / 4f, 18 / 4f], half.Values);
    }

    [Fact]
    public void Downscaled_by_a_fraction_each_pixel_counts_with_the_area_it_covers()
    {
        // Result pixels are 1.5 source pixels wide: 0 to 1.5, 1.5 to 3 and 3 to 4.5.
        var row = Resampler.Resample(TestPlanes.Create(4, 2, (x, _) => 30 * (x + 1)), 0, 0, 1.5, 3, 1);
        Assert.Equal([(30 + 0.5 * 60) / 1.5, (0.5 * 60 + 90) / 1.5, 120 / 1.5], row.Values.Select(value => (double)value), Near);
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(1.7, -2.3, -1.1)]
    [InlineData(3.2, -0.4, -5)]
    public void Downscaling_keeps_the_amount_of_ink(double scale, double left, double top)
    {
        var scaled = Resampler.Resample(Source, left, top, scale, 10, 10);
        Assert.Equal(Source.Values.Sum(), scaled.Values.Sum() * scale * scale, 1e-3);
    }

    [Fact]
    public void Upscaled_a_gradient_is_interpolated_between_the_centers_of_the_pixels()
    {
        var wide = Resampler.Resample(TestPlanes.Create(6, 6, (x, y) => 40 * x + 4 * y), 2, 2, 0.5, 4, 4);
        // The centers of the result's pixels are at 2.25, 2.75, 3.25 and 3.75; the center of source pixel 2 is at 2.5.
        double[] at = [1.75, 2.25, 2.75, 3.25];
        Assert.Equal([.. at.SelectMany(y => at.Select(x => 40 * x + 4 * y))], wide.Values.Select(value => (double)value), Near);
    }

    [Fact]
    public void A_result_beside_the_source_is_empty() =>
        Assert.All(Resampler.Resample(Source, 4, -7, 1.5, 3, 3).Values, value => Assert.Equal(0, value));

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) < 1e-4;
}
