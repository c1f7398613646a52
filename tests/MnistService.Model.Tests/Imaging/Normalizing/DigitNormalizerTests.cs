using MnistService.Drawings;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;
using MnistService.TestSupport;
using SkiaSharp;

namespace MnistService.Model.Tests.Imaging.Normalizing;

/// <summary>All steps together, on a hand-made seven.</summary>
public sealed class DigitNormalizerTests
{
    private static readonly byte[] Black = [0, 0, 0, 255], White = [255, 255, 255, 255];

    [Theory]
    [InlineData(100, 0)]
    [InlineData(150, 20)]
    [InlineData(1000, 300)]
    [InlineData(1600, 1500)] // segmented a second time, at a higher resolution
    [InlineData(2500, 2400)]
    public void The_size_of_the_page_and_the_place_on_it_do_not_matter(int side, int left)
    {
        var expected = Normalize(200, 200, (x, y) => IsSeven(x - 80, y - 60) ? [0] : [255]);
        var frame = Normalize(side, side, (x, y) => IsSeven(x - left, y - 5) ? [0] : [255]);
        for (var i = 0; i < 784; i++) Assert.InRange(frame[i], expected[i] - 8, expected[i] + 8);
    }

    public static TheoryData<byte[], byte[]> Pens() => new()
    {
        { White, Black },
        { [255], [100] },
        { [40], [230] },
        { [20, 30, 90, 255], [250, 250, 200, 255] },
        { [0, 0, 0, 0], Black },
        { [0, 0, 0, 0], White },
        { [250, 205, 215, 255], [20, 130, 60, 255] },
    };

    [Theory]
    [MemberData(nameof(Pens))]
    public void The_colors_of_paper_and_ink_do_not_matter(byte[] paper, byte[] ink)
    {
        var expected = Normalize(200, 200, (x, y) => IsSeven(x - 80, y - 60) ? [0] : [255]);
        var frame = Normalize(200, 200, (x, y) => IsSeven(x - 80, y - 60) ? ink : paper);
        for (var i = 0; i < 784; i++) Assert.InRange(frame[i], expected[i] - 4, expected[i] + 4);
    }

    [Theory]
    [InlineData("box", 200)]
    [InlineData("box", 1600)]
    [InlineData("underline", 200)]
    [InlineData("underline", 1600)]
    [InlineData("brackets", 200)]
    [InlineData("brackets", 1600)]
    [InlineData("lines", 200)]
    [InlineData("lines", 1600)] // between the lines of the page: the closer look must not find them again
    [InlineData("desk", 200)]
    public void The_form_around_the_digit_does_not_matter(string form, int side)
    {
        var expected = Normalize(200, 200, (x, y) => IsSeven(x - 80, y - 60) ? [0] : [255]);
        var (left, top) = (side / 2 - 20, side / 2 - 40);
        var frame = Normalize(side, side, (x, y) => IsSeven(x - left, y - top) ? [0] : Form(form, x - left, y - top));
        for (var i = 0; i < 784; i++) Assert.InRange(frame[i], expected[i] - 8, expected[i] + 8);
    }

    [Theory]
    [InlineData(SKEncodedOrigin.RightTop)]
    [InlineData(SKEncodedOrigin.BottomRight)]
    [InlineData(SKEncodedOrigin.LeftBottom)]
    public void A_photo_that_the_camera_stored_turned_gives_the_frame_of_the_upright_photo(SKEncodedOrigin stored)
    {
        Func<int, int, byte[]> upright = (x, y) => IsSeven(x - 60, y - 50) ? [0] : [255];
        Func<int, int, byte[]> turned = stored switch
        {
            SKEncodedOrigin.RightTop => (x, y) => upright(199 - y, x),
            SKEncodedOrigin.LeftBottom => (x, y) => upright(y, 199 - x),
            _ => (x, y) => upright(199 - x, 199 - y),
        };
        var (expected, frame) = (Normalize(200, 200, upright), Normalize(200, 200, turned, stored));
        for (var i = 0; i < 784; i++) Assert.InRange(frame[i], expected[i] - 2, expected[i] + 2);
    }

    [Fact]
    public void The_polarity_of_the_whole_page_applies_to_the_closer_look()
    {
        // Scratches near the digit, as thin as a pixel and lighter than the paper, are stronger than its ink only at the higher resolution.
        var frame = Normalize(3200, 3200, (x, y) => IsSeven(x - 1500, y - 1500) ? [110] : IsScratch(x - 1490, y - 1490) ? [255] : [160]);
        var expected = Normalize(200, 200, (x, y) => IsSeven(x - 80, y - 60) ? [0] : [255]);
        for (var i = 0; i < 784; i++) Assert.InRange(frame[i], expected[i] - 8, expected[i] + 8);
    }

    [Fact]
    public void Without_normalization_the_whole_image_is_turned_upright_and_scaled()
    {
        var frame = Normalize(56, 56, (x, y) => x < 14 && y < 28 ? [200] : [0], SKEncodedOrigin.RightTop, NormalizeMode.Never);
        Assert.Equal(TestPlanes.Create(28, 28, (x, y) => x >= 14 && y < 7 ? 200 : 0).Values, frame.Select(value => (float)value));
    }

    [Fact]
    public void Normalized_anyway_a_training_image_stays_where_it_was()
    {
        // Normalization produces MNIST's frame: normalized again, an image hardly moves.
        var train = MnistDataset.Load(MnistLocation.Require()).Train;
        var moved = 0.0;
        const int Count = 300;
        for (var i = 0; i < Count; i++)
        {
            var pixels = train.Pixels.AsSpan(i * 784, 784).ToArray();
            var again = ImageReader.Read(PngWriter.Mnist(pixels), new ImageOptions { Normalize = NormalizeMode.Always }).Pixels.ToArray();
            var (x, y) = TestPlanes.CenterOfMass(pixels);
            var (newX, newY) = TestPlanes.CenterOfMass(again);
            moved += Math.Sqrt((x - newX) * (x - newX) + (y - newY) * (y - newY)) / Count;
        }
        Assert.InRange(moved, 0, 0.7); // pixels, on average
    }

    /// <summary>A seven of 60×90 pixels, with strokes of 12 pixels.</summary>
    private static bool IsSeven(int x, int y) => x is >= 0 and < 60 && y is >= 0 and < 12 || x is >= 48 and < 60 && y is >= 12 and < 90;

    private static bool IsScratch(int x, int y) => x is >= 0 and < 50 && y is >= 30 and < 120 && x % 4 == 0;

    /// <summary>Returns a pixel of the surroundings of a seven at (0, 0).</summary>
    private static byte[] Form(string name, int x, int y) => name switch
    {
        "box" => x is >= -30 and < 90 && y is >= -30 and < 120 && !(x is >= -27 and < 87 && y is >= -27 and < 117) ? [0] : [255],
        "underline" => x is >= -10 and < 70 && y is >= 100 and < 105 ? [0] : [255],
        "brackets" => x is (>= -25 and < -18) or (>= 78 and < 85) && y is >= -2 and < 92 ? [0] : [255],
        "lines" => y is (>= -20 and < -16) or (>= 110 and < 114) ? [0] : [255],
        _ => x is >= -60 and < 100 && y is >= -40 and < 120 ? [255] : [90],
    };

    private static byte[] Normalize(int width, int height, Func<int, int, byte[]> pixel, SKEncodedOrigin stored = SKEncodedOrigin.TopLeft, NormalizeMode mode = NormalizeMode.Auto)
    {
        using var image = new DecodedImage(TestPlanes.CreateBitmap(width, height, pixel), stored, Reduction: 1);
        var options = new ImageOptions { Normalize = mode };
        return mode == NormalizeMode.Never ? DigitNormalizer.ScaleWhole(image, options) : DigitNormalizer.Normalize(image, DigitNormalizer.Locate(image, options));
    }
}
