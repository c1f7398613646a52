using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class TransparencyTests
{
    private const byte White = 255, Black = 0;

    [Theory]
    [InlineData(0, White)] // black ink
    [InlineData(170, White)]
    [InlineData(171, Black)] // light ink, which would hardly be visible on white
    [InlineData(255, Black)]
    public void Behind_transparent_paper_is_white_or_black_if_the_ink_is_light(byte ink, byte under) =>
        Assert.Equal(under, Under((x, y) => IsInk(x, y) ? [ink, ink, ink, 255] : [0, 0, 0, 0]));

    [Fact]
    public void The_color_of_transparent_pixels_does_not_count()
    {
        Assert.Equal(White, Under((x, y) => IsInk(x, y) ? [0, 0, 0, 255] : [255, 255, 255, 0]));
        Assert.Equal(Black, Under((x, y) => IsInk(x, y) ? [255, 255, 255, 255] : [0, 0, 0, 0]));
    }

    [Theory]
    [InlineData(1, White)] // 19 of the border's 38 pixels: 10 in the first row, 2 in each of the next four and 1 in the sixth
    [InlineData(10, Black)] // 20
    public void Paper_is_transparent_if_more_than_half_of_the_border_is(int inSixthRow, byte under) =>
        Assert.Equal(under, Under((x, y) => 10 * y + x < 50 + inSixthRow ? [255, 255, 255, 127] : [255, 255, 255, 255]));

    [Fact]
    public void Half_transparent_pixels_are_paper_only_below_an_alpha_of_128()
    {
        Assert.Equal(Black, Under((_, _) => [255, 255, 255, 127]));
        Assert.Equal(White, Under((_, _) => [255, 255, 255, 128]));
    }

    [Fact]
    public void An_image_without_transparency_has_white_behind_it()
    {
        Assert.Equal(White, Under((_, _) => [255]));
        Assert.Equal(White, Under((_, _) => [255, 255, 255, 255]));
    }

    private static byte Under(Func<int, int, byte[]> pixel)
    {
        using var page = TestPlanes.CreateBitmap(10, 11, pixel);
        return Transparency.Under(page);
    }

    private static bool IsInk(int x, int y) => x is 4 or 5 && y is > 1 and < 9;
}
