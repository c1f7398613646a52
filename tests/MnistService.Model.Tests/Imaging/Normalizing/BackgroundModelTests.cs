using MnistService.Drawings;
using MnistService.Model.Imaging.Normalizing;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class BackgroundModelTests
{
    private const int Width = 200, Height = 150;

    public static TheoryData<string> Lights() => [.. Papers.Keys];

    /// <summary>Levels of empty paper; x and y are from 0 to 1.</summary>
    private static Dictionary<string, Func<double, double, double>> Papers { get; } = new()
    {
        ["uniform"] = (_, _) => 230,
        ["lamp on the left"] = (x, _) => 240 - 90 * x,
        ["lamp above on the right"] = (x, y) => 150 + 60 * x - 50 * y,
        ["dark corners"] = (x, y) => 235 - 120 * ((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5)),
        ["saddle"] = (x, y) => 190 + 80 * (x - 0.5) * (y - 0.5),
    };

    [Theory]
    [MemberData(nameof(Lights))]
    public void Empty_paper_is_estimated_to_half_a_gray_level(string light) => AssertPaper(light, (_, _) => false, 0.5);

    [Theory]
    [MemberData(nameof(Lights))]
    public void A_digit_on_the_paper_does_not_change_the_estimate(string light) => AssertPaper(light, IsRing, 0.5);

    [Theory]
    [MemberData(nameof(Lights))]
    public void Nor_does_the_digit_of_a_thick_marker(string light) => AssertPaper(light, (x, y) => IsRing(x, y, 0.1), 0.5);

    [Fact]
    public void On_uniform_paper_ink_may_cover_half_of_the_page() => AssertPaper("uniform", (x, y) => x is > 0.13 and < 0.87 && y is > 0.15 and < 0.85, 0.5);

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(15)]
    public void The_noise_is_the_standard_deviation_without_the_ink(int deviation)
    {
        var random = new Random(TestSeed.Value(1));
        var page = Page("lamp on the left", IsRing, () => deviation * Light.Normal(random));
        var paper = BackgroundModel.Fit(page);
        Assert.InRange(paper.Noise, 0.85 * deviation, 1.15 * deviation);
        AssertClose(paper, "lamp on the left", 0.5 + 0.2 * deviation);
    }

    [Fact]
    public void Clean_paper_has_no_noise() => Assert.InRange(BackgroundModel.Fit(Page("uniform", IsRing)).Noise, 0, 0.01);

    [Theory]
    [InlineData(10, 230)] // the bars are 74 % of the border and 16 % of the page
    [InlineData(20, 40)] // 77 % and 31 %: together more than the paper
    public void If_the_border_is_not_plausible_the_most_common_level_of_the_border_and_the_page_is_the_paper(int thickness, int level)
    {
        // The median of the border is the level of the bars.
        var paper = BackgroundModel.Fit(TestPlanes.Boxes(Width, Height, 230, [.. Bars(thickness).Select(bar => (bar, 40f)), (new Box(90, 50, 110, 100), 100)]));
        Assert.Equal(level, paper.At(100, 75), 0.5);
        Assert.InRange(paper.Noise, 0, 0.01);
    }

    [Fact]
    public void A_frame_with_ink_in_many_levels_is_not_paper()
    {
        var page = TestPlanes.Boxes(Width, Height, 230);
        foreach (var bar in Bars(12))
            for (var y = bar.Top; y < bar.Bottom; y++)
                for (var x = bar.Left; x < bar.Right; x++) page[x, y] = 20 + (x * 7 + y * 13) % 120;
        Assert.Equal(230, BackgroundModel.Fit(page).At(100, 75), 0.5);
    }

    [Theory]
    [InlineData(10, true)] // a fifth of the page is paper
    [InlineData(3, false)] // 7 %: too little to measure the noise on it
    public void A_thick_stroke_may_cover_almost_the_whole_page_if_the_border_is_paper(int margin, bool isClean)
    {
        var paper = BackgroundModel.Fit(TestPlanes.Boxes(Width, Height, 230, (new Box(margin, margin, Width - margin, Height - margin), 40)));
        Assert.Equal(230, paper.At(100, 75), 8.0); // half of the 16 levels that are counted together
        Assert.Equal(isClean, paper.Noise < 12);
    }

    [Fact]
    public void Too_few_pixels_for_a_surface_give_the_median_of_the_border()
    {
        var paper = BackgroundModel.Fit(TestPlanes.Parse(10, "5566", "5996", "4466"));
        for (var y = 0; y < 3; y++)
            for (var x = 0; x < 4; x++) Assert.Equal(60, paper.At(x, y)); // border: 5 5 6 6 5 6 4 4 6 6, in tens; the upper median
    }

    [Fact]
    public void A_row_has_the_levels_of_its_pixels()
    {
        var paper = BackgroundModel.Fit(Page("dark corners", IsRing));
        var row = new float[Width];
        for (var y = 0; y < Height; y += 7)
        {
            paper.Row(y, row);
            for (var x = 0; x < Width; x++) Assert.Equal(paper.At(x, y), row[x], 0.001);
        }
    }

    /// <summary>Bars on the left, on the right and below: about three quarters of the border.</summary>
    private static Box[] Bars(int thickness) =>
        [new(0, 0, thickness, Height), new(Width - thickness, 0, Width, Height), new(0, Height - thickness, Width, Height)];

    private static void AssertPaper(string light, Func<double, double, bool> isInk, double tolerance) =>
        AssertClose(BackgroundModel.Fit(Page(light, isInk)), light, tolerance);

    private static void AssertClose(BackgroundModel paper, string light, double tolerance)
    {
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < Width; x++) Assert.Equal(Papers[light](x / (double)Width, y / (double)Height), paper.At(x, y), tolerance);
    }

    private static Plane Page(string light, Func<double, double, bool> isInk, Func<double>? noise = null) => TestPlanes.Create(Width, Height, (column, row) =>
    {
        var (x, y) = (column / (double)Width, row / (double)Height);
        return (isInk(x, y) ? 40 : Papers[light](x, y)) + (noise?.Invoke() ?? 0);
    });

    private static bool IsRing(double x, double y) => IsRing(x, y, 0.04);

    private static bool IsRing(double x, double y, double width) => Math.Abs(Math.Sqrt((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5)) - 0.25) < width / 2;
}
