using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class StraightLinesTests
{
    private const int Width = 200, Height = 120, Middle = 60;

    [Fact]
    public void A_line_has_the_place_the_thickness_and_the_strength_of_its_pixels()
    {
        var line = Assert.Single(Trace((x, y) => x is >= 20 and < 180 && y is >= 60 and < 63 ? x < 110 ? 120 : 90 : 0));
        Assert.Equal((20, 180, 3, 120f, 61f), (line.Left, line.Right, line.Thickness, line.Strength, line.Middle));
        Assert.All(line.Rows, row => Assert.Equal(61, row));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(5, true)]
    [InlineData(-5, true)]
    [InlineData(7, false)]
    [InlineData(10, false)]
    [InlineData(-10, false)]
    public void A_line_may_be_slanted_by_6_degrees(double degrees, bool traced)
    {
        var slope = Math.Tan(degrees * Math.PI / 180);
        AssertTraced(traced, (x, y) => IsLine(y - slope * (x - 100)));
    }

    [Fact]
    public void The_rows_of_a_slanted_line_follow_it()
    {
        var line = Assert.Single(Trace((x, y) => IsLine(y - 0.08 * (x - 100)) ? 200 : 0));
        for (var x = line.Left; x < line.Right; x++) Assert.Equal(Middle + 0.5 + 0.08 * (x - 100), line.Rows[x - line.Left], 1.0);
        Assert.Equal(Middle + 0.5, line.Middle, 1.0);
    }

    [Theory]
    [InlineData(108, false)] // 54 % of the width
    [InlineData(109, false)]
    [InlineData(111, true)]
    public void A_line_is_at_least_55_percent_of_the_width_long(int length, bool traced) => AssertTraced(traced, (x, y) => x >= 30 && x < 30 + length && IsLine(y));

    [Theory]
    [InlineData(Width, 8, true)] // 4 % of the width
    [InlineData(Width, 9, false)]
    [InlineData(40, 2, true)] // at least two pixels, however small the image
    [InlineData(40, 3, false)]
    public void A_line_is_at_most_4_percent_of_the_longer_side_thick(int width, int thickness, bool traced) =>
        AssertTraced(traced, (_, y) => y >= 10 && y < 10 + thickness, width, 30);

    [Theory]
    [InlineData(25, true)] // an eighth of the width
    [InlineData(26, false)]
    public void A_line_may_be_interrupted_by_a_gap(int gap, bool traced) => AssertTraced(traced, (x, y) => (x < 80 || x >= 80 + gap) && IsLine(y));

    [Theory]
    [InlineData(7, true)]
    [InlineData(6, false)]
    public void A_line_is_visible_in_70_percent_of_its_columns(int dash, bool traced) => AssertTraced(traced, (x, y) => x % 10 < dash && IsLine(y));

    [Fact]
    public void Columns_in_which_a_stroke_hides_the_line_count_as_visible()
    {
        // The stroke is wider than the largest gap, and the line is visible in only half of its columns.
        var line = Assert.Single(Trace((x, y) => IsLine(y) || x is >= 50 and < 150 && y is >= 40 and < 80 ? 200 : 0));
        Assert.Equal((0, Width, 2), (line.Left, line.Right, line.Thickness));
        Assert.Equal(Middle + 0.5f, line.Rows[100]);
    }

    /// <summary>A stroke that leaves a line at a small angle, for example the lower end of a 3. It is thin enough to be a line.</summary>
    [Fact]
    public void A_stroke_that_leaves_a_line_does_not_lead_it_away()
    {
        var line = Assert.Single(Trace((x, y) => IsLine(y) || x is >= 80 and < 110 && y >= Middle - 3 + (x - 80) * 0.3 && y < Middle + 5 + (x - 80) * 0.3 ? 200 : 0));
        Assert.Equal((0, Width), (line.Left, line.Right));
        Assert.All(line.Rows, row => Assert.Equal(Middle + 0.5f, row));
    }

    [Fact]
    public void The_strength_of_a_line_between_two_rows_is_that_of_the_stronger_row() =>
        Assert.Equal(240, Assert.Single(Trace((_, y) => y == Middle ? 100 : y == Middle + 1 ? 240 : 0)).Strength);

    [Fact]
    public void A_stroke_beside_the_gap_of_a_line_does_not_hide_it() => AssertTraced(false, (x, y) => x is >= 50 and < 150 ? y is >= 20 and < 50 : IsLine(y));

    [Theory]
    [InlineData(3, true)] // 1.5 % of the length
    [InlineData(5, false)]
    public void A_line_may_be_bent_a_little(int sagitta, bool traced) => AssertTraced(traced, (x, y) => IsLine(y - sagitta * Math.Sin(Math.PI * x / (Width - 1))));

    [Fact]
    public void Each_of_several_lines_is_traced()
    {
        var lines = Trace((_, y) => y % 20 == 10 ? 200 : 0);
        Assert.Equal([10, 30, 50, 70, 90, 110], lines.Select(line => line.Middle).Order());
    }

    [Theory]
    [InlineData(70, false)]
    [InlineData(71, true)]
    public void A_line_is_above_the_threshold(float ink, bool traced) => Assert.Equal(traced ? 1 : 0, Trace((_, y) => IsLine(y) ? ink : 0).Count);

    [Fact]
    public void A_line_along_the_columns_is_not_traced() => AssertTraced(false, (x, _) => x is 100 or 101);

    private static bool IsLine(double y) => y is >= Middle - 0.5 and < Middle + 1.5;

    private static void AssertTraced(bool traced, Func<int, int, bool> isInk, int width = Width, int height = Height) =>
        Assert.Equal(traced ? 1 : 0, Trace((x, y) => isInk(x, y) ? 200 : 0, width, height).Count);

    private static List<StraightLine> Trace(Func<int, int, double> ink, int width = Width, int height = Height) =>
        StraightLines.Trace(TestPlanes.Create(height, width, (row, column) => ink(column, row)), threshold: 70);
}
