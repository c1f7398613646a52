using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

/// <summary>The pixels on both sides of an edge belong to no region, so a sheet is one pixel smaller on each side than the area of its color.</summary>
public sealed class SheetTests
{
    private const float Paper = 230, Ink = 30, Desk = 90;

    [Fact]
    public void Plain_paper_with_a_digit_is_the_sheet()
    {
        var image = Image(100, 100, Paper, (new Box(40, 30, 46, 70), Ink));
        var sheet = Sheet.Find(image);
        Assert.Equal(new Box(0, 0, 100, 100), sheet.Bounds);
        Assert.Same(image, sheet.Colors);
    }

    [Fact]
    public void A_frame_around_the_paper_is_not_in_the_sheet()
    {
        var sheet = Sheet.Find(Image(100, 100, Desk, (new Box(12, 8, 90, 94), Paper), (new Box(40, 30, 46, 70), Ink)));
        Assert.Equal(new Box(13, 9, 89, 93), sheet.Bounds);
        Assert.Equal((76, 84), (sheet.Colors.Width, sheet.Colors.Height));
        Assert.Equal((Ink, Paper), (sheet.Colors.Channels[0][40 - 13, 40 - 9], sheet.Colors.Channels[0][0, 0]));
    }

    [Theory]
    [InlineData(66, true)] // a region of 64×64 pixels: 10.2 % of the image
    [InlineData(65, false)] // 63×63: 9.9 %
    public void A_sheet_covers_at_least_10_percent_of_the_image(int side, bool found)
    {
        var card = new Box(60, 70, 60 + side, 70 + side);
        AssertSheet(found, card, Image(200, 200, Desk, (card, Paper), (new Box(80, 85, 84, 115), Ink)));
    }

    [Fact]
    public void A_region_without_ink_is_not_a_sheet()
    {
        var card = new Box(10, 10, 100, 60);
        AssertSheet(false, card, Image(120, 120, Desk, (card, Paper), (new Box(40, 75, 44, 110), Ink)));
    }

    [Theory]
    [InlineData(2, true)] // 4 pixels with the edges beside them
    [InlineData(1, false)]
    public void A_speck_is_not_ink_on_a_sheet(int side, bool found)
    {
        var card = new Box(20, 20, 100, 100);
        AssertSheet(found, card, Image(120, 120, Desk, (card, Paper), (new Box(60, 60, 60 + side, 60 + side), Ink)));
    }

    [Fact]
    public void Of_several_sheets_inside_each_other_the_innermost_is_found()
    {
        var (outer, inner) = (new Box(10, 10, 190, 190), new Box(40, 40, 160, 160));
        AssertSheet(true, inner, Image(200, 200, Desk, (outer, 160), (inner, Paper), (new Box(90, 80, 98, 120), Ink)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_loop_of_a_thick_0_is_not_a_sheet(bool isSquare)
    {
        var zero = TestPlanes.Create(120, 120, (x, y) =>
        {
            var distance = isSquare ? Math.Max(Math.Abs(x - 60), Math.Abs(y - 60)) : Math.Sqrt((x - 60) * (x - 60) + (y - 60) * (y - 60));
            return distance is > 26 and <= 50 ? Ink : Paper;
        });
        Assert.Equal(new Box(0, 0, 120, 120), Sheet.Find(TestPlanes.Page(zero)).Bounds);
    }

    [Theory]
    [InlineData(33, true)] // with its edges two and a half times as long as wide
    [InlineData(32, false)] // the loop of a block letter
    public void A_solid_light_mark_on_a_dark_card_is_a_digit_only_if_it_is_as_narrow_as_a_1(int height, bool found)
    {
        var card = new Box(20, 20, 100, 100);
        AssertSheet(found, card, Image(120, 120, Paper, (card, Ink), (new Box(55, 40, 67, 40 + height), Paper)));
    }

    [Fact]
    public void A_box_on_the_same_paper_gives_its_inside()
    {
        var inside = new Box(20, 20, 80, 80);
        var image = Image(100, 100, Paper, (new Box(17, 17, 83, 83), Ink), (inside, Paper), (new Box(40, 30, 46, 70), Ink));
        AssertSheet(true, inside, image);
    }

    [Fact]
    public void A_circle_on_the_same_paper_gives_its_inside_and_paper_around_it()
    {
        var plane = TestPlanes.Create(120, 120, (x, y) =>
            x is >= 55 and < 61 && y is >= 40 and < 80 || Math.Sqrt((x - 60) * (x - 60) + (y - 60) * (y - 60)) is > 45 and < 50 ? Ink : Paper);
        var sheet = Sheet.Find(TestPlanes.Page(plane));
        Assert.Equal(new Box(16, 16, 105, 105), sheet.Bounds);
        for (var x = 0; x < sheet.Bounds.Width; x++) Assert.Equal(Paper, sheet.Colors.Channels[0][x, 2]); // here the circle was
        Assert.Equal(Ink, sheet.Colors.Channels[0][57 - 16, 60 - 16]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_mark_that_touches_the_edge_of_a_canvas_is_on_the_canvas_and_one_that_touches_a_line_on_the_same_paper_is_not(bool isBox)
    {
        // The stroke begins at the upper edge. Another stroke inside makes both areas sheets.
        var (inside, stroke) = (new Box(20, 20, 100, 100), new Box(40, 20, 46, 60));
        (Box, float)[] around = isBox ? [(new Box(16, 16, 104, 104), Ink)] : [];
        var image = Image(120, 120, isBox ? Paper : Desk, [.. around, (inside, Paper), (stroke, Ink), (new Box(70, 40, 76, 80), Ink)]);
        var sheet = Sheet.Find(image);
        Assert.Equal(new Box(21, 21, 99, 99), sheet.Bounds);
        Assert.Equal(isBox ? Paper : Ink, sheet.Colors.Channels[0][43 - 21, 30 - 21]);
        Assert.Equal(Ink, sheet.Colors.Channels[0][73 - 21, 60 - 21]);
    }

    [Theory]
    [InlineData(80, false)] // across the edge of the shadow
    [InlineData(50, true)]
    public void A_stroke_that_crosses_the_edge_of_a_shadow_is_not_on_one_side_of_it(int bottom, bool found) =>
        AssertSheet(found, new Box(-1, -1, 121, 60), Image(120, 120, Paper, (new Box(0, 60, 120, 120), 150), (new Box(50, 20, 52, bottom), Ink)));

    [Theory]
    [InlineData(0, 0, 20, 4)]
    [InlineData(0, 16, 20, 20)]
    [InlineData(0, 0, 4, 20)]
    [InlineData(16, 0, 20, 20)]
    public void A_strip_without_ink_at_an_edge_is_not_a_sheet(int left, int top, int right, int bottom)
    {
        var strip = new Box(left, top, right, bottom);
        AssertSheet(false, strip, Image(20, 20, Desk, (strip, Paper)));
    }

    [Fact]
    public void Inside_a_small_box_around_a_digit_is_a_sheet_in_pixels_of_the_image()
    {
        // The box is too small for the whole image, which is here a sheet at (10, 5) of a larger one.
        var (box, inside) = (new Box(100, 80, 140, 130), new Box(103, 83, 137, 127));
        var sheet = Sheet.Find(Image(300, 300, Paper, (box, Ink), (inside, Paper), (new Box(117, 92, 122, 118), Ink)));
        Assert.Equal(new Box(0, 0, 300, 300), sheet.Bounds);
        var found = Sheet.FindInside(sheet with { Bounds = sheet.Bounds.Move(10, 5) }, box);
        Assert.NotNull(found);
        Assert.Equal(new Box(114, 89, 146, 131), found.Bounds);
        Assert.Equal((32, 42), (found.Colors.Width, found.Colors.Height));
        Assert.Equal(Ink, found.Colors.Channels[0][119 - 104, 100 - 84]);
    }

    [Fact]
    public void Inside_a_0_is_no_sheet()
    {
        var zero = new Box(100, 80, 140, 130);
        Assert.Null(Sheet.FindInside(Sheet.Find(Image(300, 300, Paper, (zero, Ink), (new Box(106, 86, 134, 124), Paper))), zero));
    }

    [Fact]
    public void A_card_of_another_color_inside_a_mark_is_no_sheet()
    {
        // A dark stroke with a light 1 in it: found in the whole image, it would be a card.
        var card = new Box(100, 80, 140, 130);
        Assert.Null(Sheet.FindInside(Sheet.Find(Image(300, 300, Paper, (card, Ink), (new Box(118, 90, 122, 120), Paper))), card));
    }

    private static void AssertSheet(bool found, Box card, PageColors image) =>
        Assert.Equal(found ? new Box(card.Left + 1, card.Top + 1, card.Right - 1, card.Bottom - 1) : new Box(0, 0, image.Width, image.Height), Sheet.Find(image).Bounds);

    private static PageColors Image(int width, int height, float paper, params (Box Box, float Level)[] boxes) => TestPlanes.Page(TestPlanes.Boxes(width, height, paper, boxes));
}
