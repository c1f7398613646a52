using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class RowScanTests
{
    [Fact]
    public void The_next_pixels_are_those_that_a_search_pixel_by_pixel_finds()
    {
        var random = new Random(2);
        for (var length = 0; length < 70; length++)
        {
            var row = Enumerable.Range(0, length).Select(_ => random.NextSingle() < 0.05 ? 9f : random.NextSingle() < 0.5 ? 8f : 1f).ToArray();
            for (var start = 0; start <= length; start++)
            {
                Assert.Equal(Enumerable.Range(start, length - start).FirstOrDefault(i => row[i] > 8, length), RowScan.NextAbove(row, start, 8));
                Assert.Equal(Enumerable.Range(start, length - start).FirstOrDefault(i => row[i] <= 8, length), RowScan.NextNotAbove(row, start, 8));
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(0.1)]
    [InlineData(16777217)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public void A_float_is_above_the_threshold_exactly_if_it_is_above_the_rounded_one(double threshold)
    {
        var limit = RowScan.AtMost(threshold);
        foreach (var value in new[] { MathF.BitDecrement(limit), limit, MathF.BitIncrement(limit) }) Assert.Equal(value > threshold, value > limit);
    }
}
