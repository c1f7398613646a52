using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class FrameFittingTests
{
    public static TheoryData<string> Shapes() => [.. Drawn.Keys];

    private static Dictionary<string, Func<int, int, bool>> Drawn { get; } = new()
    {
        ["tall"] = (x, y) => x is >= 60 and < 75 && y is >= 30 and < 150,
        ["wide"] = (x, y) => x is >= 20 and < 140 && y is >= 10 and < 50,
        ["square"] = (x, y) => x is >= 20 and < 140 && y is >= 20 and < 140,
        ["seven"] = (x, y) => x is >= 30 and < 110 && y is >= 30 and < 50 || x is >= 90 and < 110 && y is >= 30 and < 150,
        ["ring with a stroke"] = (x, y) => Math.Abs(Math.Sqrt((x - 70) * (x - 70) + (y - 70) * (y - 70)) - 30) < 8 || x is >= 92 and < 108 && y is >= 60 and < 140,
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_center_of_mass_is_at_the_center_of_pixel_14_14(string shape)
    {
        var (x, y) = TestPlanes.CenterOfMass(FrameFitting.Fit(TestPlanes.Create(160, 160, (x, y) => Drawn[shape](x, y) ? 1 : 0)));
        Assert.Equal(14, x, 0.02);
        Assert.Equal(14, y, 0.02);
    }

    [Theory]
    [InlineData(60, 120)]
    [InlineData(120, 36)]
    [InlineData(10, 20)]
    [InlineData(600, 200)]
    public void The_longer_side_is_20_pixels_and_the_proportions_stay(int width, int height)
    {
        var frame = FrameFitting.Fit(TestPlanes.Create(width + 30, height + 20, (x, y) => x >= 10 && x < 10 + width && y >= 5 && y < 5 + height ? 1 : 0));
        var scale = 20.0 / Math.Max(width, height);
        // The sum over a row or column is the digit's length there: pixels at the ends are partly covered.
        Assert.Equal(width * scale, frame[(14 * 28)..(15 * 28)].Sum(value => value / 255.0), 0.02);
        Assert.Equal(height * scale, Enumerable.Range(0, 28).Sum(y => frame[y * 28 + 14] / 255.0), 0.02);
    }

    [Theory]
    [InlineData(0.6f)]
    [InlineData(1)]
    public void The_maximum_is_255(float ink) =>
        Assert.Equal(255, FrameFitting.Fit(TestPlanes.Create(40, 60, (x, y) => x is > 10 and < 14 && y is > 10 and < 50 ? ink : 0)).Max());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_digit_with_its_mass_at_one_end_stays_inside_the_frame(bool upsideDown)
    {
        // A thin line with a block at its end: with the block's center at (14, 14) the line would leave the frame.
        var frame = FrameFitting.Fit(TestPlanes.Create(100, 140, (x, y) =>
        {
            var row = upsideDown ? 139 - y : y;
            return row is >= 10 and < 130 && (x is >= 49 and < 51 || row >= 100 && x is >= 30 and < 70) ? 1 : 0;
        }));
        var bounds = TestPlanes.Bounds(frame, 1);
        Assert.Equal((20, upsideDown ? 8 : 0), (bounds.Height, bounds.Top));
    }

    [Fact]
    public void A_faint_edge_does_not_count_as_size()
    {
        var frame = FrameFitting.Fit(TestPlanes.Create(100, 160, (x, y) => x is >= 40 and < 60 && y is >= 20 and < 140 ? 1 : x is >= 30 and < 70 && y is >= 10 and < 150 ? 0.4 : 0));
        Assert.InRange(TestPlanes.Bounds(frame, 200).Height, 19, 20); // 17 if the edge counted
    }
}
