using MnistService.Model.Imaging.Interpretations;
using MnistService.Model.Imaging.Normalizing;
using MnistService.Model.Tests.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Interpretations;

public sealed class EdgeInkTests
{
    private const int Width = 120, Height = 80;

    private static readonly Box Digit = new(50, 20, 60, 60);

    [Theory]
    [InlineData(0, 0, 120, 8, true)] // a whole edge
    [InlineData(112, 0, 120, 40, true)] // half of an edge
    [InlineData(112, 0, 120, 39, false)]
    [InlineData(0, 78, 61, 80, true)]
    [InlineData(1, 0, 9, 79, false)] // beside the left edge; it covers a part of the upper edge
    public void Ink_along_half_of_an_edge_is_erased(int left, int top, int right, int bottom, bool isErased)
    {
        var ink = TestPlanes.Boxes(Width, Height, 0, (new(left, top, right, bottom), 200), (Digit, 100));
        var rest = EdgeInk.Erase(Map(ink), threshold: 50)!.Ink;
        Assert.Equal(isErased ? Digit : ink.BoundsAbove(50), rest.BoundsAbove(50));
    }

    [Fact]
    public void Ink_that_is_all_at_the_edge_leaves_nothing() => // a 7 that fills the page
        Assert.Null(EdgeInk.Erase(Map(TestPlanes.Boxes(Width, Height, 0, (new(0, 0, Width, 8), 200), (new(90, 8, 100, Height), 200))), threshold: 50));

    private static ForegroundMap Map(Plane ink) => new(ink, Noise: 1, IsDark: true);
}
