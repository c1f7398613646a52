using MnistService.Model.Imaging.Normalizing;
using SkiaSharp;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class SurroundingsTests
{
    private const int Side = 120;

    private static readonly Box Digit = new(50, 40, 70, 80);

    public static TheoryData<SKEncodedOrigin> Orientations() => [.. Enum.GetValues<SKEncodedOrigin>().Distinct()];

    /// <summary>A short bar above may be the bar of a 5, and a bar beside a digit may be a 1.</summary>
    [Theory]
    [MemberData(nameof(Orientations))]
    public void Only_a_bar_that_is_below_the_digit_in_the_upright_image_is_dropped(SKEncodedOrigin stored)
    {
        var digit = new Box(45, 45, 75, 75);
        foreach (var bar in new[] { new Box(45, 80, 75, 84), new Box(45, 36, 75, 40), new Box(80, 45, 84, 75), new Box(36, 45, 40, 75) })
        {
            var upright = ExifOrientation.Upright(TestPlanes.Boxes(Side, Side, 0, (bar, 200)), stored);
            var isBelow = Enumerable.Range(0, Side).Any(x => upright[x, 82] > 0 && upright[60, 82] > 0);
            Assert.Equal(Sort(isBelow ? [digit] : [digit, bar]), Sort(Remove(stored, digit, bar)));
        }
    }

    [Theory]
    [InlineData(14, true)]
    [InlineData(13, false)]
    public void An_underline_is_three_and_a_half_times_as_long_as_thick(int length, bool dropped) => AssertDropped(dropped, new Box(53, 84, 53 + length, 88));

    [Theory]
    [InlineData(12, true)]
    [InlineData(13, false)]
    public void An_underline_is_at_most_30_percent_of_the_digit_thick(int thickness, bool dropped)
    {
        var (digit, bar) = (Digit with { Left = 40, Right = 80 }, new Box(40, 84, 88, 84 + thickness));
        Assert.Equal(dropped ? [digit] : [digit, bar], Remove(SKEncodedOrigin.TopLeft, digit, bar));
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(25, false)]
    public void A_long_underline_is_at_most_60_percent_of_the_digit_thick(int thickness, bool dropped) => AssertDropped(dropped, new Box(15, 84, 105, 84 + thickness));

    [Theory]
    [InlineData(40, true)] // twice the width of the digit
    [InlineData(39, false)]
    public void A_long_bar_above_a_digit_is_dropped(int length, bool dropped)
    {
        var bar = new Box(40, 32, 40 + length, 36);
        Assert.Equal(dropped ? [Digit] : [bar, Digit], Remove(SKEncodedOrigin.TopLeft, [.. TestPlanes.Sides(Digit, thickness: 2), bar]));
    }

    /// <summary>The stroke is a zigzag with one run of ink in each row of the upright image, and three in each column.</summary>
    [Theory]
    [InlineData(SKEncodedOrigin.TopLeft)]
    [InlineData(SKEncodedOrigin.LeftTop)] // the upright image is the transpose of the stored image
    public void A_long_bar_above_a_single_stroke_may_be_the_bar_of_a_7_and_is_kept(SKEncodedOrigin stored)
    {
        Box[] zigzag = [new(50, 40, 70, 44), new(66, 44, 70, 58), new(50, 58, 70, 62), new(50, 62, 54, 76), new(50, 76, 70, 80)];
        var bar = new Box(30, 32, 90, 36);
        Assert.Equal(Sort([Turn(bar), Turn(Digit)]), Sort(Remove(stored, [.. zigzag.Select(Turn), Turn(bar)])));

        Box Turn(Box box) => stored == SKEncodedOrigin.TopLeft ? box : new(box.Top, box.Left, box.Bottom, box.Right);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(9, false)]
    public void An_underline_is_at_least_half_as_long_as_the_digit_is_wide(int length, bool dropped)
    {
        var bar = new Box(55, 84, 55 + length, 86);
        Assert.Equal(dropped ? [Digit] : [Digit, bar], Remove(SKEncodedOrigin.TopLeft, [.. TestPlanes.Sides(Digit, thickness: 2), bar]));
    }

    [Theory]
    [InlineData(74, true)] // 15 % of the height
    [InlineData(73, false)]
    public void An_underline_may_begin_a_little_above_the_lowest_point_of_the_digit(int top, bool dropped)
    {
        // The digit ends in a point, so that the bar does not touch it.
        var (body, point, bar) = (Digit with { Bottom = 70 }, new Box(50, 70, 52, 80), new Box(56, top, 90, top + 3));
        Assert.Equal(dropped ? [body.Include(point)] : [body.Include(point), bar], Remove(SKEncodedOrigin.TopLeft, body, point, bar));
    }

    [Fact]
    public void A_bar_below_another_bar_is_not_an_underline()
    {
        Box[] bars = [new(40, 50, 80, 60), new(40, 70, 80, 73)];
        Assert.Equal(bars, Remove(SKEncodedOrigin.TopLeft, bars));
    }

    [Theory]
    [InlineData(SKEncodedOrigin.TopLeft)]
    [InlineData(SKEncodedOrigin.RightTop)]
    public void Brackets_on_both_sides_are_dropped_and_one_alone_is_not(SKEncodedOrigin stored)
    {
        Box[] all = [Turn(Digit), Turn(new Box(30, 38, 38, 82)), Turn(new Box(82, 38, 90, 82))];
        Assert.Equal(all[..1], Remove(stored, all));
        Assert.Equal(Sort(all[..2]), Sort(Remove(stored, all[..2])));

        Box Turn(Box box) => stored == SKEncodedOrigin.TopLeft ? box : new(box.Top, box.Left, box.Bottom, box.Right);
    }

    [Theory]
    [InlineData(18, true)]
    [InlineData(19, false)]
    public void A_bracket_is_at_most_45_percent_of_its_height_wide(int width, bool dropped) => AssertBrackets(dropped, new Box(25, 40, 25 + width, 80), new Box(75, 40, 75 + width, 80));

    [Theory]
    [InlineData(32, true)]
    [InlineData(31, false)]
    public void A_bracket_is_at_least_80_percent_of_the_digit_high(int height, bool dropped) => AssertBrackets(dropped, new Box(35, 40, 40, 40 + height), new Box(80, 40, 85, 40 + height));

    [Theory]
    [InlineData(45, 6, true)]
    [InlineData(44, 6, false)] // the other bracket is 60 pixels high
    [InlineData(60, 13, true)] // the other bracket is 6 pixels wide: 40 % and two pixels
    [InlineData(60, 14, false)]
    public void Both_brackets_have_nearly_the_same_size(int height, int width, bool dropped) => AssertBrackets(dropped, new Box(30, 30, 36, 90), new Box(80, 35, 80 + width, 35 + height));

    [Fact]
    public void Two_brackets_on_the_same_side_stay() => AssertBrackets(false, new Box(30, 38, 36, 82), new Box(20, 38, 26, 82));

    [Theory]
    [InlineData(16, true)] // a fifth of the height
    [InlineData(15, false)] // a dot in a 0
    public void A_component_around_another_one_is_dropped(int height, bool dropped) => AssertFrame(dropped, 4, new Box(50, 50, 60, 50 + height));

    [Theory]
    [InlineData(11, true)] // 3,036 of 6,400 pixels
    [InlineData(12, false)] // 3,264
    public void A_component_that_fills_more_than_half_of_its_box_is_not_a_frame(int thickness, bool dropped) => AssertFrame(dropped, thickness, new Box(50, 50, 60, 70));

    [Theory]
    [InlineData(15, true)] // 60 of the 1,200 pixels of the inner box
    [InlineData(16, false)]
    public void A_component_that_enters_the_box_of_the_inner_one_is_not_a_frame(int length, bool dropped)
    {
        Box[] hook = [new(50, 40, 54, 80), new(50, 76, 80, 80)];
        var (frame, tongue) = (new Box(20, 20, 100, 100), new Box(70, 20, 74, 40 + length));
        Box[] expected = dropped ? [hook[0].Include(hook[1])] : [frame, hook[0].Include(hook[1])];
        Assert.Equal(expected, Remove(SKEncodedOrigin.TopLeft, [.. TestPlanes.Sides(frame, 4), tongue, .. hook]));
    }

    [Theory]
    [InlineData(61, true)] // 5 % of the frame's 1,216 pixels
    [InlineData(60, false)]
    public void A_speck_inside_another_component_does_not_make_a_frame_of_it(int length, bool dropped) => AssertFrame(dropped, 4, new Box(50, 28, 51, 28 + length));

    [Fact]
    public void A_single_component_stays() => Assert.Equal([Digit], Remove(SKEncodedOrigin.TopLeft, Digit));

    private static void AssertDropped(bool dropped, Box bar) => Assert.Equal(dropped ? [Digit] : [Digit, bar], Remove(SKEncodedOrigin.TopLeft, Digit, bar));

    private static void AssertBrackets(bool dropped, Box one, Box other) =>
        Assert.Equal(Sort(dropped ? [Digit] : [Digit, one, other]), Sort(Remove(SKEncodedOrigin.TopLeft, Digit, one, other)));

    private static void AssertFrame(bool dropped, int thickness, Box inner)
    {
        var frame = new Box(20, 20, 100, 100);
        Assert.Equal(dropped ? [inner] : [frame, inner], Remove(SKEncodedOrigin.TopLeft, [.. TestPlanes.Sides(frame, thickness), inner]));
    }

    private static IEnumerable<Box> Sort(IEnumerable<Box> boxes) => boxes.OrderBy(box => box.Left).ThenBy(box => box.Top);

    /// <summary>Returns the bounding boxes of the components that stay, from top to bottom.</summary>
    private static Box[] Remove(SKEncodedOrigin stored, params Box[] boxes)
    {
        var ink = TestPlanes.Boxes(Side, Side, 0, [.. boxes.Select(box => (box, 200f))]);
        return [.. Surroundings.Remove(ConnectedComponents.Find(ink, 70), Side, Side, stored).Select(part => part.Bounds)];
    }
}
