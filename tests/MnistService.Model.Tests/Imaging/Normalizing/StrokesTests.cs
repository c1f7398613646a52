using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

/// <summary>The shape is drawn with a longer side of 120 pixels, 6 per MNIST pixel, inside a margin of 24.</summary>
public sealed class StrokesTests
{
    private const int Margin = 24;

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void A_stroke_of_a_usual_width_keeps_its_shape(int width)
    {
        var shape = Strokes.Draw(Digit(width, 120, (_, _) => true));
        Assert.Equal((width + 2 * Margin, 120 + 2 * Margin), (shape.Width, shape.Height));
        Assert.Equal(TestPlanes.Create(shape.Width, shape.Height, (x, y) => IsInside(x, width) && IsInside(y, 120) ? 1 : 0).Values, shape.Values);
    }

    [Theory]
    [InlineData(1, 2.0)]
    [InlineData(4, 2.0)]
    [InlineData(10, 2.0)]
    [InlineData(18, 3.0)] // within the range, so unchanged
    [InlineData(28, 3.8)]
    [InlineData(40, 3.8)]
    public void The_strokes_of_a_ring_are_brought_to_between_2_and_3_8_pixels_of_the_frame(int width, double framed)
    {
        var shape = Strokes.Draw(Digit(120, 120, (x, y) => Math.Sqrt((x - 59.5) * (x - 59.5) + (y - 59.5) * (y - 59.5)) is var radius && radius <= 60 && radius > 60 - width));
        var middle = shape.Row(Margin + 60).ToArray();
        var (first, last) = (Array.FindIndex(middle, value => value >= 0.5f), Array.FindLastIndex(middle, value => value >= 0.5f));
        var (stroke, outer) = (middle[..(Margin + 60)].Sum(), last - first + 1);
        Assert.Equal(framed, 20 * stroke / outer, 0.2);
    }

    [Theory]
    [InlineData(40, 0.5)] // a small digit is enlarged, a large one reduced
    [InlineData(480, 4)]
    public void The_size_of_the_page_does_not_matter(int height, double scale)
    {
        var shape = Strokes.Draw(Digit((int)(32 * scale), height, (x, y) => x < 16 * scale || y < 16 * scale));
        Assert.Equal(Margin, First(shape, x => shape[x, Margin + 60]), 1.0);
        Assert.Equal(Margin, First(shape, y => shape[Margin + 8, y]), 1.0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.4)]
    public void Every_pixel_becomes_ink_or_paper_at_45_percent_of_the_strength(double strength)
    {
        // The last quarter of the bar is just below or above 45 % of the strength, which the other three quarters determine almost alone.
        Assert.Equal(90, Height(0.42), 1.0);
        Assert.Equal(120, Height(0.46), 1.0);

        float Height(double share)
        {
            var shape = Strokes.Draw(Digit(18, 120, (_, y) => strength * (y < 90 ? 1 : share)));
            return Enumerable.Range(0, shape.Height).Sum(y => shape[Margin + 9, y]);
        }
    }

    private static bool IsInside(int at, int length) => at >= Margin && at < Margin + length;

    private static double First(Plane shape, Func<int, float> value) => Enumerable.Range(0, shape.Width).First(at => value(at) >= 0.5f);

    private static FoundDigit Digit(int width, int height, Func<int, int, bool> isInk) => Digit(width, height, (x, y) => isInk(x, y) ? 1.0 : 0);

    /// <summary>Creates a digit whose bounds have this size, at (5, 7) of a page.</summary>
    private static FoundDigit Digit(int width, int height, Func<int, int, double> ink)
    {
        var bounds = new Box(5, 7, 5 + width, 7 + height);
        var page = TestPlanes.Create(width + 12, height + 13, (x, y) => x >= 5 && x < bounds.Right && y >= 7 && y < bounds.Bottom ? ink(x - 5, y - 7) : 0);
        return new(page, new(0, 0, page.Width, page.Height), bounds, Parts: 1);
    }
}
