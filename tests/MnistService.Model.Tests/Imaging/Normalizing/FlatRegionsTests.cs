using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class FlatRegionsTests
{
    private const int Side = 40;

    [Theory]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    public void A_step_of_more_than_5_gray_levels_divides_regions(int step, int regions) => Assert.Equal(regions, Find((x, _) => x < 20 ? 200 : 200 - step).Parts.Count);

    [Theory]
    [InlineData(10, 1)] // five times the median difference of adjacent pixels, which is 2
    [InlineData(11, 2)]
    public void On_noisy_paper_the_step_must_exceed_five_times_the_noise(int step, int regions) =>
        Assert.Equal(regions, Find((x, y) => 2 * (x % 2) + (y < 20 ? 200 : 200 - step)).Parts.Count);

    [Fact]
    public void A_gradient_does_not_divide_a_region()
    {
        var region = Assert.Single(Find((_, y) => 5 * y).Parts); // from 0 to 195
        Assert.Equal((new Box(0, 0, Side, Side), Side * Side), (region.Bounds, region.Pixels));
    }

    [Fact]
    public void A_step_in_one_channel_divides_regions()
    {
        var (flat, divided) = (Halves(200, 200), Halves(200, 180));
        Assert.Single(Find(flat, flat, flat).Parts);
        Assert.Equal(2, Find(flat, flat, divided).Parts.Count);
    }

    [Fact]
    public void The_pixels_on_both_sides_of_an_edge_belong_to_no_region()
    {
        var regions = Find(Halves(200, 100));
        Assert.Equal([new Box(0, 0, 19, Side), new Box(21, 0, Side, Side)], regions.Parts.Select(part => part.Bounds));
        Assert.Equal([0, -1, -1, 1], Enumerable.Range(18, 4).Select(x => regions.Labels[7 * Side + x]));
    }

    [Fact]
    public void A_line_of_one_pixel_divides_regions() =>
        Assert.Equal([new Box(0, 0, Side, 11), new Box(0, 14, Side, Side)], Find((_, y) => y == 12 ? 50 : 200).Parts.Select(part => part.Bounds));

    [Fact]
    public void Regions_that_touch_only_at_a_corner_are_different_regions()
    {
        // Specks on a diagonal, two columns apart: the edges around them touch only at corners, and so do the pixels between them.
        var regions = FlatRegions.Find(TestPlanes.Page(TestPlanes.Create(12, 12, (x, y) => x + y == 11 && x % 2 == 1 ? 50 : 200)));
        Assert.Equal(2, regions.Parts.Count(part => part.Pixels > 1));
        Assert.Contains(regions.Parts, part => part.Pixels == 1);
    }

    [Fact]
    public void A_region_that_branches_is_one_region_with_the_box_and_the_pixels_of_all_branches()
    {
        // A U: its two arms get their labels before the row that joins them.
        var regions = Find((x, y) => x is >= 10 and < 30 && y < 25 ? 50 : 200);
        Assert.Equal(2, regions.Parts.Count);
        Assert.Equal(new FlatRegion(0, new Box(0, 0, Side, Side), Side * Side - 22 * 26 + 2), regions.Parts[0]); // without the edge; the two outer corners are no edge
        Assert.Equal(new FlatRegion(1, new Box(11, 0, 29, 24), 18 * 24), regions.Parts[1]);
    }

    [Fact]
    public void The_mean_of_a_region_is_that_of_its_own_pixels()
    {
        var plane = TestPlanes.Create(Side, Side, (x, y) => x is >= 10 and < 30 && y is >= 10 and < 30 ? 50 : 200 + y % 2);
        var regions = Find(plane);
        Assert.Equal([200.5f, 50], regions.Parts.Select(part => regions.Mean(0, part.Label)).Select(mean => MathF.Round(mean, 1)));
    }

    [Theory]
    [InlineData(200, 176, true)]
    [InlineData(200, 175, false)]
    [InlineData(176, 200, true)]
    [InlineData(175, 200, false)]
    public void Two_regions_have_the_same_color_if_no_channel_differs_by_more_than_24(int one, int other, bool same)
    {
        var page = TestPlanes.Page(Halves(120, 110), Halves(one, other), Halves(80, 80));
        Assert.Equal(same, FlatRegions.Find(page).HaveSameColor(0, 1));
    }

    private static Plane Halves(int left, int right) => TestPlanes.Create(Side, Side, (x, _) => x < 20 ? left : right);

    private static FlatRegions Find(Func<int, int, double> value) => Find(TestPlanes.Create(Side, Side, value));

    private static FlatRegions Find(params Plane[] channels) => FlatRegions.Find(TestPlanes.Page(channels));
}
