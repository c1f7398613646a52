using MnistService.Drawings;
using MnistService.Model.Imaging;
using MnistService.Model.Imaging.Normalizing;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class ForegroundMapTests
{
    [Theory]
    [InlineData(240, 40, InvertMode.Auto, true, 200)]
    [InlineData(30, 220, InvertMode.Auto, false, 190)]
    [InlineData(240, 40, InvertMode.Always, true, 200)]
    [InlineData(30, 220, InvertMode.Never, false, 190)]
    [InlineData(240, 40, InvertMode.Never, false, 0)] // dark strokes are not light ink
    [InlineData(30, 220, InvertMode.Always, true, 0)]
    public void Ink_is_the_distance_from_the_paper_on_the_side_of_its_polarity(int paper, int stroke, InvertMode invert, bool isDark, int ink)
    {
        var map = ForegroundMap.Measure(TestPlanes.Page(Page((x, y) => IsStroke(x, y) ? stroke : paper)), invert);
        Assert.Equal(isDark, map.IsDark);
        AssertInk(map, (x, y) => IsStroke(x, y) ? ink : 0, 0.5f);
    }

    [Theory]
    [InlineData(255, 235, 40, 215)] // yellow on white: blue has the largest distance
    [InlineData(255, 120, 250, 135)]
    [InlineData(20, 250, 250, 235)]
    public void Of_three_channels_the_one_with_the_largest_distance_counts(int red, int green, int blue, int ink)
    {
        Plane[] channels = [.. new[] { red, green, blue }.Select(level => Page((x, y) => IsStroke(x, y) ? level : 255))];
        AssertInk(ForegroundMap.Measure(TestPlanes.Page(channels), InvertMode.Auto), (x, y) => IsStroke(x, y) ? ink : 0, 0.5f);
    }

    [Fact]
    public void A_few_strong_strokes_decide_the_polarity_and_not_a_wide_faint_stain()
    {
        // Light strokes, 120 above the paper, and a stain that is six times as large and 20 below it.
        var map = ForegroundMap.Measure(TestPlanes.Page(Page((x, y) => IsStroke(x, y) ? 250 : x is >= 20 and < 50 && y is >= 20 and < 80 ? 110 : 130)), InvertMode.Auto);
        Assert.False(map.IsDark);
    }

    [Theory]
    [InlineData(2, 2.0)]
    [InlineData(10, 4.0)] // smoothed: 0.4 of the noise
    public void Noise_above_3_gray_levels_is_smoothed(int deviation, double left)
    {
        var random = new Random(TestSeed.Value(1));
        var map = ForegroundMap.Measure(TestPlanes.Page(Page((x, y) => (IsStroke(x, y) ? 60 : 200) + deviation * Light.Normal(random))), InvertMode.Auto);
        Assert.InRange(map.Noise, 0.85 * left, 1.15 * left);
        // Half of the noise is on the side of the ink: the mean square there is half of the variance.
        var paper = map.Ink.Values.Where((_, i) => i % 120 < 50).ToList();
        Assert.InRange(Math.Sqrt(2 * paper.Average(value => value * value)), 0.8 * left, 1.1 * left);
    }

    [Fact]
    public void In_a_hard_shadow_only_the_strokes_are_ink()
    {
        // The upper part is in the shadow, and the stroke crosses its edge.
        var map = ForegroundMap.Measure(TestPlanes.Page(Page((x, y) => (IsStroke(x, y) ? 0.2 : 1) * (y < 50 ? 110 : 220))), InvertMode.Auto);
        Assert.True(map.IsDark);
        for (var y = 0; y < 120; y++)
        {
            for (var x = 0; x < 120; x++)
            {
                if (Math.Abs(y - 50) > 4) Assert.InRange(map.Ink[x, y], IsStroke(x, y) ? (y < 50 ? 88 : 176) - 8 : 0, IsStroke(x, y) ? (y < 50 ? 88 : 176) + 8 : 2);
            }
        }
    }

    [Fact]
    public void A_marker_as_thick_as_a_shadow_stays_ink()
    {
        // The band touches two borders, which looks like a shadow. The local paper level inside it is the level of the ink.
        var map = ForegroundMap.Measure(TestPlanes.Page(Page((_, y) => y is >= 40 and < 80 ? 30 : 230)), InvertMode.Auto);
        AssertInk(map, (_, y) => y is >= 40 and < 80 ? 200 : 0, 0.5f);
    }

    private static void AssertInk(ForegroundMap map, Func<int, int, float> expected, float tolerance)
    {
        for (var y = 0; y < 120; y++)
            for (var x = 0; x < 120; x++) Assert.Equal(expected(x, y), map.Ink[x, y], tolerance);
    }

    private static Plane Page(Func<int, int, double> level) => TestPlanes.Create(120, 120, level);

    private static bool IsStroke(int x, int y) => x is >= 60 and < 64 && y is >= 30 and < 100;
}
