using MnistService.Model.Imaging.Interpretations;
using MnistService.Model.Imaging.Normalizing;
using MnistService.Model.Tests.Imaging.Normalizing;
using SkiaSharp;

namespace MnistService.Model.Tests.Imaging.Interpretations;

public sealed class MarkPartsTests
{
    private const int Side = 160;

    /// <summary>A 7 without its flag: a bar of 60 pixels and a thick stroke.</summary>
    private static readonly (Box Box, float Level)[] Seven = [(new(50, 40, 110, 46), 200), (new(80, 46, 100, 120), 200)];

    private static readonly Box Digit = new(50, 40, 110, 120);

    [Theory]
    [InlineData(SKEncodedOrigin.TopLeft)]
    [InlineData(SKEncodedOrigin.LeftTop)] // rows and columns are exchanged
    public void An_underline_is_erased_and_the_bar_of_a_7_is_kept(SKEncodedOrigin stored)
    {
        (Box Box, float Level)[] upright = [.. Seven, (new(10, 120, 150, 126), 200)];
        var located = MarkParts.WithoutLines(Page([.. upright.Select(box => (ExifOrientation.Upright(box.Box, Side, Side, stored), box.Level))], stored), stored, isUpright: false)!;
        var bounds = ExifOrientation.Upright(located.Ink.Ink.BoundsAbove(50), Side, Side, ExifOrientation.Inverse(stored));
        Assert.Equal((Digit.Left, Digit.Top, Digit.Right), (bounds.Left, bounds.Top, bounds.Right));
        Assert.InRange(bounds.Bottom, Digit.Bottom - 3, Digit.Bottom);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_walls_of_a_comb_field_are_erased_if_upright_lines_are(bool isUpright)
    {
        var located = MarkParts.WithoutLines(Page([(new(60, 40, 100, 120), 200), (new(10, 120, 150, 126), 200), (new(10, 30, 15, 126), 200), (new(145, 30, 150, 126), 200)]), SKEncodedOrigin.TopLeft, isUpright)!;
        Assert.Equal((200, 0, isUpright ? 0 : 200), (located.Ink.Ink[80, 80], located.Ink.Ink[30, 123], located.Ink.Ink[12, 70])); // digit, base, wall
    }

    [Fact]
    public void A_mark_without_lines_or_of_nothing_else_has_no_such_part()
    {
        Assert.Null(MarkParts.WithoutLines(Page([(new(60, 40, 100, 120), 200)]), SKEncodedOrigin.TopLeft, isUpright: true));
        Assert.Null(MarkParts.WithoutLines(Page([(new(10, 120, 150, 126), 200)]), SKEncodedOrigin.TopLeft, isUpright: true));
    }

    [Fact]
    public void A_component_is_kept_alone()
    {
        var page = Page([(new(40, 40, 60, 120), 200), (new(70, 40, 74, 120), 200)]);
        Assert.Equal(2, page.Selection.Parts);
        Assert.Equal(new Box(40, 40, 60, 120), MarkParts.Keep(page, label => label == page.Selection.Main.Label, SKEncodedOrigin.TopLeft).Selection.Bounds);
    }

    internal static LocatedPage Page((Box Box, float Level)[] boxes, SKEncodedOrigin stored = SKEncodedOrigin.TopLeft)
    {
        var map = new ForegroundMap(TestPlanes.Boxes(Side, Side, 0, boxes), Noise: 1, IsDark: true);
        var sheet = new Sheet(TestPlanes.Page(map.Ink), new(0, 0, Side, Side));
        return new(map, 50, DigitSegmentation.Select(map, 50, stored), sheet, 255);
    }
}
