using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class MedianTests
{
    [Fact]
    public void It_is_the_value_that_sorting_puts_in_the_middle()
    {
        var random = new Random(1);
        for (var count = 1; count < 200; count++)
        {
            var values = Enumerable.Range(0, count).Select(_ => Math.Round(random.NextDouble() * (count % 7 == 0 ? 3 : 1000))).ToArray();
            Assert.Equal(values.Order().ElementAt(count / 2), Median.Of(values.ToArray().AsSpan()));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(0)]
    public void Sorted_and_equal_values_need_no_special_order(int step)
    {
        var values = Enumerable.Range(0, 1001).Select(i => (double)i * step).ToArray();
        Assert.Equal(500 * step, Median.Of(values.AsSpan()));
    }
}
