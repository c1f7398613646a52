using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

/// <summary>Lines of two pixels and a digit with strokes of six pixels, which is more than a line may have in an image of 100 pixels.</summary>
public sealed class LineRemovalTests
{
    private const int Side = 100, Threshold = 70, Faintest = 8;

    /// <summary>Distance in pixels from a stroke up to which a line of two pixels that it crosses may remain.</summary>
    private const int Reach = 3;

    /// <summary>A stroke that crosses the rows from 20 to 70.</summary>
    private static readonly Box Stroke = new(47, 20, 53, 70);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Three_lines_are_erased_and_a_stroke_that_crosses_them_stays(bool turned)
    {
        Box[] lines = [Line(30, 10, 90), Line(45, 10, 90), Line(60, 10, 90)]; // they do not reach the edges
        AssertRemains([Stroke], [Stroke, .. lines], turned);
    }

    [Fact]
    public void Squared_paper_is_erased()
    {
        Box[] grid = [.. new[] { 10, 30, 50, 70, 90 }.SelectMany(at => new[] { new Box(0, at, Side, at + 1), new Box(at, 0, at + 1, Side) })];
        var digit = new Box(37, 15, 43, 75);
        var result = Remove([digit, .. grid]);
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
                if (x < digit.Left - 3 || x >= digit.Right + 3) Assert.Equal(0, result[x, y]);
        for (var y = digit.Top; y < digit.Bottom; y++) Assert.Equal(200, result[40, y]);
    }

    [Theory]
    [InlineData(4, 96, true)] // within 3 % of the width, rounded up to whole pixels
    [InlineData(5, 100, false)]
    [InlineData(0, 95, false)]
    public void Two_lines_are_erased_if_they_reach_both_edges(int left, int right, bool erased) =>
        AssertErased(erased, Stroke, [Line(30, left, right), Line(60, left, right)]);

    [Theory]
    [InlineData(60, 70, true)] // as wide as 60 % of the line
    [InlineData(61, 70, false)]
    [InlineData(80, 60, true)] // as high as 60 % of the image
    [InlineData(80, 61, false)]
    public void A_line_alone_is_erased_if_the_digit_is_narrow_or_low(int width, int height, bool erased)
    {
        var digit = new Box(10, 5, 10 + width, 5 + height);
        AssertErased(erased, [digit with { Right = 16 }, digit with { Top = digit.Bottom - 6 }], [Line(88, 0, Side)]);
    }

    [Fact]
    public void The_bar_of_a_7_that_fills_the_image_stays()
    {
        var seven = TestPlanes.Create(Side, Side, (x, y) => y < 3 || Math.Abs(x - (96 - 0.8 * y)) < 4 ? 200 : 0);
        Assert.NotEmpty(StraightLines.Trace(Transpose(seven), Threshold)); // the bar is traced as a line
        Assert.Same(seven, LineRemoval.Remove(seven, Threshold, Faintest));
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void A_line_that_does_not_reach_the_edges_is_erased_if_it_is_two_and_a_half_times_as_long_as_the_digit(int height, bool erased) =>
        AssertErased(erased, new Box(47, 20, 53, 20 + height), [Line(70, 10, 90)]);

    [Fact]
    public void A_frame_is_erased_and_three_sides_are_not()
    {
        var sides = TestPlanes.Sides(new Box(10, 10, 90, 90), thickness: 2);
        var digit = new Box(40, 25, 46, 75);
        var parts = ConnectedComponents.Find(Remove([digit, .. sides]), Threshold).Parts;
        Assert.Contains(digit, parts.Select(part => part.Bounds));
        Assert.All(parts, part => Assert.True(part.Bounds == digit || part.Pixels <= 4, $"{part.Bounds}")); // the corners may remain
        AssertErased(false, digit, sides[..3]);
    }

    [Theory]
    [InlineData(117, true)]
    [InlineData(118, false)]
    public void A_stroke_that_ends_on_a_line_stays_if_it_is_1_7_times_as_strong(float line, bool kept)
    {
        var stroke = new Box(47, 25, 53, 71); // it ends in the first of the two rows of the last line
        var ink = TestPlanes.Boxes(Side, Side, 0, (Line(30, 0, Side), line), (Line(50, 0, Side), line), (Line(70, 0, Side), line), (stroke, 200));
        var result = LineRemoval.Remove(ink, Threshold, Faintest);
        Assert.Equal(kept ? 200 : 0, result[50, 70]);
        Assert.Equal(200, result[50, 50]); // the stroke crosses this line
        Assert.Equal((0, 0), (result[20, 70], result[20, 71]));
    }

    [Fact]
    public void The_soft_edges_of_a_line_are_erased_too()
    {
        (Box, float)[] lines = [.. new[] { 30, 50, 70 }.SelectMany(row => new[] { (new Box(0, row - 1, Side, row + 3), 40f), (Line(row, 0, Side), 200f) })];
        var result = LineRemoval.Remove(TestPlanes.Boxes(Side, Side, 0, [.. lines, (Stroke, 200)]), Threshold, Faintest);
        for (var y = 0; y < Side; y++) Assert.Equal(0, result[20, y]);
    }

    [Theory]
    [InlineData(36, true)] // above half of the threshold of strokes
    [InlineData(35, false)]
    public void Faint_lines_are_erased(float level, bool erased)
    {
        var ink = TestPlanes.Boxes(Side, Side, 0, (Line(30, 0, Side), level), (Line(50, 0, Side), level), (Line(80, 0, Side), level), (Stroke, 200));
        Assert.Equal(erased ? 0 : level, LineRemoval.Remove(ink, Threshold, Faintest)[20, 80]);
    }

    [Fact]
    public void Lines_without_anything_else_stay()
    {
        var ink = Ink([Line(30, 0, Side), Line(50, 0, Side), Line(70, 0, Side)]);
        Assert.Same(ink, LineRemoval.Remove(ink, Threshold, Faintest));
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(4, false)]
    public void At_least_a_mark_of_5_pixels_must_remain(int side, bool erased) =>
        AssertErased(erased, new Box(20, 35, 20 + side, 35 + side), [Line(20, 0, Side), Line(50, 0, Side), Line(70, 0, Side)]);

    [Fact]
    public void A_digit_without_lines_stays()
    {
        var ink = Ink([Stroke]);
        Assert.Same(ink, LineRemoval.Remove(ink, Threshold, Faintest));
    }

    private static Box Line(int row, int left, int right) => new(left, row, right, row + 2);

    private static void AssertErased(bool erased, Box digit, Box[] lines) => AssertErased(erased, [digit], lines);

    private static void AssertErased(bool erased, Box[] digit, Box[] lines) => AssertRemains(erased ? digit : [.. digit, .. lines], [.. digit, .. lines]);

    /// <summary>Checks that only the ink of some boxes remains, also in the transposed image. A line beside a stroke that crosses it may remain.</summary>
    private static void AssertRemains(Box[] remaining, Box[] all)
    {
        AssertRemains(remaining, all, turned: false);
        AssertRemains(remaining, all, turned: true);
    }

    private static void AssertRemains(Box[] remaining, Box[] all, bool turned)
    {
        var (expected, ink) = turned ? (Transpose(Ink(remaining)), Transpose(Ink(all))) : (Ink(remaining), Ink(all));
        var result = LineRemoval.Remove(ink, Threshold, Faintest);
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
                if (expected[x, y] != result[x, y] && !(expected[x, y] == 0 && IsBesideStroke(x, y))) Assert.Fail($"({x}, {y}): expected {expected[x, y]}, got {result[x, y]}");

        bool IsBesideStroke(int x, int y)
        {
            var at = turned ? new Box(y, x, y + 1, x + 1) : new Box(x, y, x + 1, y + 1);
            return remaining.Any(stroke => stroke.Gap(at) < Reach);
        }
    }

    private static Plane Remove(Box[] boxes) => LineRemoval.Remove(Ink(boxes), Threshold, Faintest);

    private static Plane Ink(Box[] boxes) => TestPlanes.Boxes(Side, Side, 0, [.. boxes.Select(box => (box, 200f))]);

    private static Plane Transpose(Plane plane) => TestPlanes.Create(plane.Height, plane.Width, (x, y) => plane[y, x]);
}
