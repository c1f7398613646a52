using MnistService.Model.Imaging.Normalizing;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class CastShadowTests
{
    [Theory]
    [InlineData(100, 31, false)] // 31 of 396 border pixels: 7.8 %
    [InlineData(100, 32, true)] // 8.1 %
    [InlineData(95, 190, false)] // an icon, not a photo
    [InlineData(96, 190, true)]
    public void It_is_suspected_if_more_than_8_percent_of_the_border_look_like_ink(int side, int inked, bool suspected)
    {
        var left = inked;
        Assert.Equal(suspected, CastShadow.IsSuspected(TestPlanes.Create(side, side, (x, y) => IsBorder(x, y, side) && left-- > 0 ? 21 : 20), 20));
    }

    [Fact]
    public void Ink_inside_the_border_is_no_shadow() =>
        Assert.False(CastShadow.IsSuspected(TestPlanes.Create(120, 120, (x, y) => IsBorder(x, y, 120) ? 0 : 255), 20));

    [Theory]
    [InlineData(3.1, true)]
    [InlineData(2.9, false)]
    public void Of_all_ink_more_than_three_thousandths_must_remain_as_strokes(double strokes, bool leaves) =>
        Assert.Equal(leaves, CastShadow.LeavesStrokes(strokes, 1000));

    [Fact]
    public void The_paper_level_is_the_median_of_a_square_at_half_the_resolution()
    {
        foreach (var seed in TestSeed.Each(1, 20))
        {
            var random = new Random(seed);
            var page = TestPlanes.Create(random.Next(20, 90), random.Next(20, 90), (_, _) => random.Next(256));
            var half = TestPlanes.Create((page.Width + 1) / 2, (page.Height + 1) / 2, (x, y) => Mean(page, 2 * x, 2 * y));
            var reach = (int)(0.1 * Math.Max(half.Width, half.Height)) + 1; // half of a fifth of the longer side
            var expected = TestPlanes.Create(half.Width, half.Height, (x, y) => Median(half, new Box(x, y, x + 1, y + 1).Grow(reach, half.Width, half.Height)));
            var near = CastShadow.PaperNear(page);
            Assert.Equal((half.Width, half.Height), (near.Width, near.Height));
            Assert.Equal(expected.Values, near.Values);
        }
    }

    [Fact]
    public void Beside_the_edge_of_a_shadow_it_is_the_level_of_the_paper_there_and_thin_strokes_have_no_effect()
    {
        // The left half is in the shadow. A stroke of 4 pixels crosses the page.
        var page = TestPlanes.Create(200, 160, (x, y) => y is >= 70 and < 74 ? 30 : x < 100 ? 120 : 220);
        var near = CastShadow.PaperNear(page);
        for (var y = 0; y < 80; y++)
        {
            for (var x = 0; x < 100; x++)
                if (x is < 48 or > 51) Assert.Equal(x < 50 ? 120 : 220, near[x, y]);
        }
    }

    [Fact]
    public void A_row_repeats_each_level_for_two_pixels_and_two_rows()
    {
        var (near, row) = (TestPlanes.Parse(1, "123", "456"), new float[5]);
        CastShadow.Row(near, 1, row);
        Assert.Equal([1, 1, 2, 2, 3], row);
        CastShadow.Row(near, 2, row);
        Assert.Equal([4, 4, 5, 5, 6], row);
    }

    private static bool IsBorder(int x, int y, int side) => x == 0 || y == 0 || x == side - 1 || y == side - 1;

    private static double Mean(Plane page, int x, int y)
    {
        var (right, below) = (Math.Min(x + 1, page.Width - 1), Math.Min(y + 1, page.Height - 1));
        return (page[x, y] + page[right, y] + page[x, below] + page[right, below]) / 4;
    }

    private static double Median(Plane plane, Box square)
    {
        var values = new List<byte>();
        for (var y = square.Top; y < square.Bottom; y++)
            for (var x = square.Left; x < square.Right; x++) values.Add((byte)plane[x, y]);
        values.Sort();
        return values[values.Count / 2];
    }
}
