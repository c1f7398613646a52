using MnistService.Model.Imaging.Interpretations;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Interpretations;

/// <summary>A box with lines of 4 pixels, and a bar that touches or crosses the upper line.</summary>
public sealed class EnclosureTests
{
    private const int Side = 160;

    private static readonly (Box Box, float Level)[] Lines =
        [(new(20, 20, 100, 24), 200), (new(20, 96, 100, 100), 200), (new(20, 20, 24, 100), 200), (new(96, 20, 100, 100), 200)];

    [Fact]
    public void The_line_is_erased_where_ink_touches_it()
    {
        var rest = Enclosure.Erase(Page([.. Lines, (new(55, 24, 65, 70), 200)]))!;
        var bounds = rest.BoundsAbove(50);
        Assert.Equal((55, 65, 70), (bounds.Left, bounds.Right, bounds.Bottom));
        Assert.InRange(bounds.Top, 24, 26);
    }

    [Fact]
    public void Ink_that_crosses_the_line_is_kept_on_both_sides()
    {
        var rest = Enclosure.Erase(Page([.. Lines, (new(55, 6, 65, 70), 200)]))!;
        for (var y = 6; y < 70; y++) Assert.Equal(200, rest[60, y]);
        Assert.Equal(0, rest[30, 22]);
        Assert.Equal(0, rest[22, 60]);
    }

    [Fact]
    public void A_box_at_the_edge_of_the_page_is_erased_too()
    {
        var rest = Enclosure.Erase(Page((new(0, 0, Side, 4), 200), (new(0, Side - 4, Side, Side), 200), (new(0, 0, 4, Side), 200), (new(Side - 4, 0, Side, Side), 200), (new(55, 3, 65, 70), 200)))!;
        Assert.Equal((55, 65, 70), rest.BoundsAbove(50) is var bounds ? (bounds.Left, bounds.Right, bounds.Bottom) : default);
    }

    [Fact]
    public void An_empty_box_encloses_no_ink() => Assert.Null(Enclosure.Erase(Page(Lines)));

    [Fact]
    public void An_open_box_encloses_no_ink() => Assert.Null(Enclosure.Erase(Page([.. Lines[1..], (new(55, 40, 65, 98), 200)])));

    [Fact]
    public void A_solid_mark_encloses_no_ink() => Assert.Null(Enclosure.Erase(Page((new(20, 20, 100, 100), 200))));

    private static LocatedPage Page(params (Box Box, float Level)[] boxes) => MarkPartsTests.Page(boxes);
}
