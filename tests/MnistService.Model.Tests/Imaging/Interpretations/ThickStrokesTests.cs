using MnistService.Model.Imaging;
using MnistService.Model.Imaging.Interpretations;
using MnistService.Model.Imaging.Normalizing;
using MnistService.Model.Tests.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Interpretations;

public sealed class ThickStrokesTests
{
    private const int Side = 120;

    private static readonly Box Stroke = new(50, 20, 59, 100);

    [Fact]
    public void Thin_lines_are_removed_up_to_the_stroke_that_they_cross()
    {
        var strokes = ThickStrokes.Open(Map((new(0, 40, Side, 42), 200), (new(80, 0, 82, Side), 200), (Stroke, 200)))!.Ink;
        var bounds = strokes.BoundsAbove(0);
        Assert.True(Stroke.Grow(5, Side, Side).Contains(bounds), $"{bounds}");
        Assert.True(bounds.Contains(Stroke.Grow(-1, Side, Side)), $"{bounds}");
        Assert.Equal(200, strokes[54, 41]);
    }

    [Fact]
    public void Thin_strokes_cannot_be_distinguished_from_lines() =>
        Assert.Null(ThickStrokes.Open(Map((new(0, 40, Side, 41), 200), (new(50, 20, 51, 100), 200))));

    [Fact]
    public void A_page_without_ink_is_rejected() => Assert.Throws<ImageException>(() => ThickStrokes.Open(Map()));

    private static ForegroundMap Map(params ReadOnlySpan<(Box Box, float Level)> boxes) => new(TestPlanes.Boxes(Side, Side, 0, boxes), Noise: 1, IsDark: true);
}
