using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class BoxTests
{
    [Fact]
    public void Its_right_and_bottom_are_exclusive()
    {
        var box = new Box(2, 3, 7, 5);
        Assert.Equal((5, 2, 5), (box.Width, box.Height, box.LongSide));
        Assert.Equal(9, new Box(0, 1, 4, 10).LongSide);
    }

    [Theory]
    [InlineData(8, 4, 9, 12, 2, 3, 9, 12)] // right of it and below
    [InlineData(0, 0, 1, 1, 0, 0, 7, 5)] // left of it and above
    [InlineData(3, 4, 4, 5, 2, 3, 7, 5)] // inside
    public void Including_a_box_gives_the_bounding_box_of_both(int left, int top, int right, int bottom, int allLeft, int allTop, int allRight, int allBottom)
    {
        var (box, other, all) = (new Box(2, 3, 7, 5), new Box(left, top, right, bottom), new Box(allLeft, allTop, allRight, allBottom));
        Assert.Equal(all, box.Include(other));
        Assert.Equal(all, other.Include(box));
    }

    [Fact]
    public void It_grows_by_the_margin_on_each_side_but_not_beyond_the_page()
    {
        Assert.Equal(new Box(10, 20, 35, 60), new Box(15, 25, 30, 55).Grow(5, 100, 80));
        Assert.Equal(new Box(0, 0, 100, 80), new Box(4, 3, 97, 76).Grow(5, 100, 80));
    }

    [Theory]
    [InlineData(12, 0, 20, 10, 2)] // to the right
    [InlineData(0, 15, 10, 20, 5)] // below
    [InlineData(13, 17, 20, 20, 7)] // diagonally: the larger of the two distances
    [InlineData(10, 10, 20, 20, 0)] // touching at the corner
    [InlineData(5, 5, 20, 20, 0)] // overlapping
    [InlineData(-9, -4, -1, -2, 2)] // negative coordinates: to the left and above
    public void The_gap_between_two_boxes_is_the_same_from_both(int left, int top, int right, int bottom, int gap)
    {
        var (box, other) = (new Box(0, 0, 10, 10), new Box(left, top, right, bottom));
        Assert.Equal((gap, gap), (box.Gap(other), other.Gap(box)));
    }
}
