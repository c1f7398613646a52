using MnistService.Model.Imaging;
using MnistService.Model.Imaging.Interpretations;
using MnistService.Model.Imaging.Normalizing;
using MnistService.Model.Tests.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Interpretations;

public sealed class InkColorsTests
{
    private const int Side = 120;

    private static readonly Box Stroke = new(50, 20, 58, 100), Stain = new(30, 60, 110, 90);

    [Theory]
    [InlineData(40, 40, 40, 160, 160, 160)] // gray on gray
    [InlineData(20, 20, 20, 210, 150, 90)] // black on a brown stain
    [InlineData(160, 0, 0, 130, 130, 255)] // red on blue
    public void The_strongest_color_is_kept_also_where_it_crosses_another_one(int red, int green, int blue, int otherRed, int otherGreen, int otherBlue)
    {
        var page = TestPlanes.Page(Channel(red, otherRed), Channel(green, otherGreen), Channel(blue, otherBlue));
        var (ink, threshold) = Separate(page)[0];
        Assert.Equal(Stroke, ink.Ink.BoundsAbove((float)threshold));
        Assert.True(ink.Ink[54, 30] > threshold);
        Assert.True(ink.Ink[54, 75] > threshold); // inside of the stain
    }

    [Fact]
    public void Light_ink_on_dark_paper_is_separated_as_well()
    {
        var page = TestPlanes.Page(TestPlanes.Boxes(Side, Side, 20, (Stain, 120), (Stroke, 240)));
        var (ink, threshold) = Separate(page)[0];
        Assert.Equal(Stroke, ink.Ink.BoundsAbove((float)threshold));
    }

    [Fact]
    public void One_color_is_not_separated()
    {
        var page = TestPlanes.Page(TestPlanes.Boxes(Side, Side, 255, (Stain, 70), (Stroke, 60)));
        Assert.Empty(Separate(page));
    }

    /// <summary>The mean of several colors can be a color that no pixel has. It must not give a page without ink.</summary>
    [Fact]
    public void Each_separated_color_has_ink()
    {
        (Box Box, float Red, float Green, float Blue)[] boxes =
        [
            (new(10, 10, 40, 40), 0, 0, 0), (new(60, 10, 90, 40), 0, 255, 255), (new(10, 60, 40, 90), 255, 0, 255), (new(60, 60, 98, 98), 245, 245, 0),
        ];
        var page = TestPlanes.Page(Plane(box => box.Red), Plane(box => box.Green), Plane(box => box.Blue));
        Assert.All(Separate(page), color => Assert.True(color.Ink.Ink.Values.Max() > color.Threshold));

        Plane Plane(Func<(Box Box, float Red, float Green, float Blue), float> level) => TestPlanes.Boxes(Side, Side, 255, [.. boxes.Select(box => (box.Box, level(box)))]);
    }

    [Fact]
    public void A_page_without_ink_is_rejected()
    {
        var page = TestPlanes.Page(TestPlanes.Boxes(Side, Side, 255));
        Assert.Equal(ImageError.NoInk, Assert.Throws<ImageException>(() => Separate(page)).Error);
    }

    private static List<(ForegroundMap Ink, double Threshold)> Separate(PageColors page) => [.. InkColors.Separate(page, ForegroundMap.Measure(page, InvertMode.Auto))];

    private static Plane Channel(int stroke, int stain) => TestPlanes.Boxes(Side, Side, 255, (Stain, stain), (Stroke, stroke));
}
