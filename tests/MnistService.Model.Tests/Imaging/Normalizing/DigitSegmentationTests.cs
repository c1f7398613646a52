using MnistService.Model.Imaging;
using MnistService.Model.Imaging.Normalizing;
using SkiaSharp;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class DigitSegmentationTests
{
    /// <summary>Main stroke of the tests, 20 pixels long.</summary>
    private static readonly Box Stroke = new(10, 20, 13, 40);

    [Theory]
    [InlineData(6, true)] // 0.3 of the digit's longer side
    [InlineData(7, false)]
    public void A_second_stroke_belongs_to_the_digit_if_it_is_near(int gap, bool kept)
    {
        var second = new Box(Stroke.Right + gap, 25, Stroke.Right + gap + 3, 35);
        var digit = Find((Stroke, 200), (second, 200));
        Assert.Equal(kept ? Stroke.Include(second) : Stroke, digit.Bounds);
        Assert.Equal(kept ? 1 : 0, InkAt(digit, second.Left + 1, 30));
    }

    [Fact]
    public void Pieces_of_a_broken_line_are_joined_one_after_the_other()
    {
        // The last piece, which is the first from the top, is near the digit only after the pieces between were added.
        Box[] pieces = [.. Enumerable.Range(0, 4).Select(i => new Box(18 + 8 * i, 34 - 3 * i, 22 + 8 * i, 37 - 3 * i))];
        Assert.Equal(Stroke.Include(pieces[3]), Find((Stroke, 200), (pieces[0], 200), (pieces[1], 200), (pieces[2], 200), (pieces[3], 200)).Bounds);
    }

    [Theory]
    [InlineData(100, false)] // 1 pixel × 100: 0.8 % of the stroke's 60 pixels × 200
    [InlineData(250, true)] // 2.1 %
    public void A_speck_beside_the_digit_is_dropped(float ink, bool kept)
    {
        var digit = Find((Stroke, 200), (new Box(15, 30, 16, 31), ink));
        Assert.Equal(kept ? new Box(10, 20, 16, 40) : Stroke, digit.Bounds);
        Assert.Equal(kept ? 1 : 0, InkAt(digit, 15, 30));
    }

    [Theory]
    [InlineData(66, false)] // below 0.35 of the strokes' strength
    [InlineData(71, true)]
    public void A_shadow_beside_the_strokes_is_dropped(float ink, bool kept) =>
        Assert.Equal(kept ? new Box(10, 20, 16, 40) : Stroke, Find((new Box(13, 20, 16, 40), ink), (Stroke, 200)).Bounds);

    [Theory]
    [InlineData(16, 56, 60, 18)] // a faint stain beside it, with 40 times as many pixels
    [InlineData(60, 70, 30, 80)] // a stain with 5 times as many pixels, above the threshold of ink
    public void The_strongest_component_is_the_digit_and_not_the_largest(int left, int right, int height, float stain) =>
        Assert.Equal(Stroke, Find((new Box(left, 0, right, height), stain), (Stroke, 200)).Bounds);

    [Fact]
    public void Ink_is_divided_by_the_strength_and_a_soft_edge_of_one_pixel_stays()
    {
        var map = Map((new Box(8, 18, 15, 42), 40), (Stroke, 200)); // two pixels around the stroke, below the threshold
        map.Ink[11, 30] = 250;
        var digit = Find(map);
        Assert.Equal(Stroke, digit.Bounds);
        Assert.Equal([0, 0.2f, 1, 1, 1, 0.2f, 0], Enumerable.Range(8, 7).Select(x => MathF.Round(InkAt(digit, x, 30), 1)));
        Assert.Equal([0, 0.2f, 1], Enumerable.Range(18, 3).Select(y => MathF.Round(InkAt(digit, 11, y), 1)));
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public void A_line_that_is_more_than_20_times_as_wide_as_high_is_no_digit(int width, bool accepted)
    {
        var line = new Box(5, 30, 5 + width, 33);
        if (accepted) Assert.Equal(line, Find((line, 200)).Bounds);
        else Assert.Equal(ImageError.BadProportions, Assert.Throws<ImageException>(() => Find((line, 200))).Error);
    }

    [Fact]
    public void A_vertical_line_of_any_proportions_may_be_a_1() => Assert.Equal(new Box(30, 0, 32, 60), Find((new Box(30, 0, 32, 60), 200)).Bounds);

    [Theory]
    [InlineData(8, 0, false)] // at the threshold of clean paper
    [InlineData(9, 0, true)]
    [InlineData(25, 5, false)] // at five times the noise
    [InlineData(26, 5, true)]
    public void Ink_must_be_stronger_than_noise(float ink, double noise, bool accepted)
    {
        var map = Map((Stroke, ink)) with { Noise = noise };
        if (accepted) Assert.Equal(Stroke, Find(map).Bounds);
        else Assert.Equal(ImageError.NoInk, Assert.Throws<ImageException>(() => Find(map)).Error);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void A_digit_has_at_least_5_pixels(int pixels, bool accepted)
    {
        var line = new Box(30, 30, 31, 30 + pixels);
        if (accepted) Assert.Equal(line, Find((line, 200)).Bounds);
        else Assert.Equal(ImageError.NoInk, Assert.Throws<ImageException>(() => Find((line, 200))).Error);
    }

    [Fact]
    public void Many_specks_that_are_together_much_stronger_than_the_largest_are_no_digit()
    {
        (Box, float)[] specks = [.. Enumerable.Range(0, 16).Select(i => (new Box(20 * (i % 4), 15 * (i / 4), 20 * (i % 4) + 3, 15 * (i / 4) + 3), 200f))];
        Assert.Equal(ImageError.NoInk, Assert.Throws<ImageException>(() => Find(specks)).Error);
    }

    [Theory]
    [InlineData(6, 2)]
    [InlineData(7, 1)]
    public void The_parts_of_a_digit_are_its_components(int gap, int parts) => Assert.Equal(parts, Find((Stroke, 200), (new Box(Stroke.Right + gap, 25, Stroke.Right + gap + 3, 35), 200)).Parts);

    [Theory]
    [InlineData(SKEncodedOrigin.TopLeft, false)]
    [InlineData(SKEncodedOrigin.BottomRight, true)] // in the upright image the bar is above the stroke, as in a 5
    public void An_underline_is_below_the_digit_in_the_upright_image(SKEncodedOrigin stored, bool kept)
    {
        var bar = new Box(5, 43, 18, 46);
        var map = Map((Stroke, 200), (bar, 200));
        Assert.Equal(kept ? Stroke.Include(bar) : Stroke, DigitSegmentation.Find(map, DigitSegmentation.Threshold(map), stored).Bounds);
    }

    /// <summary>Returns the ink of the digit at a pixel of the image.</summary>
    private static float InkAt(FoundDigit digit, int x, int y) => digit.Part.Contains(new(x, y, x + 1, y + 1)) ? digit.Ink[x - digit.Part.Left, y - digit.Part.Top] : 0;

    private static FoundDigit Find(params (Box Box, float Ink)[] strokes) => Find(Map(strokes));

    private static FoundDigit Find(ForegroundMap map) => DigitSegmentation.Find(map, DigitSegmentation.Threshold(map), SKEncodedOrigin.TopLeft);

    /// <summary>Fills the boxes on an empty map without noise; later boxes cover earlier ones.</summary>
    private static ForegroundMap Map(params (Box Box, float Ink)[] strokes) => new(TestPlanes.Boxes(90, 60, 0, strokes), 0, true);
}
