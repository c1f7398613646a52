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
        var (ink, threshold) = InkColors.Strongest(page, ForegroundMap.Measure(page, InvertMode.Auto))!.Value;
        Assert.Equal(Stroke, ink.Ink.BoundsAbove((float)threshold));
        Assert.True(ink.Ink[54, 30] > threshold);
        Assert.True(ink.Ink[54, 75] > threshold); // inside of the stain
    }

    [Fact]
    public void Light_ink_on_dark_paper_is_separated_as_well()
    {
        var page = TestPlanes.Page(TestPlanes.Boxes(Side, Side, 20, (Stain, 120), (Stroke, 240)));
        var (ink, threshold) = InkColors.Strongest(page, ForegroundMap.Measure(page, InvertMode.Auto))!.Value;
        Assert.Equal(Stroke, ink.Ink.BoundsAbove((float)threshold));
    }

    [Fact]
    public void One_color_is_not_separated()
    {
        var page = TestPlanes.Page(TestPlanes.Boxes(Side, Side, 255, (Stain, 70), (Stroke, 60)));
        Assert.Null(InkColors.Strongest(page, ForegroundMap.Measure(page, InvertMode.Auto)));
    }

    [Fact]
    public void A_page_without_ink_is_rejected()
    {
        var page = TestPlanes.Page(TestPlanes.Boxes(Side, Side, 255));
        Assert.Equal(ImageError.NoInk, Assert.Throws<ImageException>(() => InkColors.Strongest(page, ForegroundMap.Measure(page, InvertMode.Auto))).Error);
    }

    private static Plane Channel(int stroke, int stain) => TestPlanes.Boxes(Side, Side, 255, (Stain, stain), (Stroke, stroke));
}
