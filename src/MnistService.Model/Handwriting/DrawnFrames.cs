using MnistService.Model.Imaging;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Handwriting;

/// <summary>
/// Draws random 28×28 images of digits and non-digits in MNIST's layout (<see cref="StrokeFrame"/>). Each method returns 784 bytes, row-major, 0 = paper, 255 =
/// ink.
/// </summary>
internal static class DrawnFrames
{
    /// <summary>Fraction of the images that are drawn without anti-aliasing, as in a paint program: each of their pixels is either ink or paper.</summary>
    private const double HardShare = 0.15;

    /// <summary>Draws a random digit in random handwriting.</summary>
    public static byte[] Digit(Random random) => Draw(Handwriter.Write(random.Pick(random.Pick(GlyphShapes.Digits)), random), random);

    /// <summary>Draws a random non-digit, for example a letter or a scribble (<see cref="DrawnNonDigits"/>).</summary>
    public static byte[] NonDigit(Random random) => Draw(DrawnNonDigits.Draw(random), random);

    /// <summary>
    /// Places two images of digits side by side, at a random distance, so that the digits overlap, touch or have a gap. Then scales both together to one 28×28
    /// image.
    /// </summary>
    /// <param name="left">Left image: 784 bytes, row-major, 0 = paper, 255 = ink.</param>
    /// <param name="right">Right image, in the same format as <paramref name="left"/>.</param>
    public static byte[] Pair(Random random, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var (distance, below) = (random.Next(12, 24), random.Next(7));
        var both = new Plane(DigitImage.Side + distance, DigitImage.Side + 6);
        Lay(left, 0, 3);
        Lay(right, distance, below);
        return FrameFitting.Fit(both);

        void Lay(ReadOnlySpan<byte> image, int x, int y)
        {
            for (var i = 0; i < image.Length; i++)
            {
                ref var pixel = ref both[x + i % DigitImage.Side, y + i / DigitImage.Side];
                pixel = MathF.Max(pixel, image[i] / 255f);
            }
        }
    }

    private static byte[] Draw(IReadOnlyList<System.Numerics.Vector2[]> strokes, Random random) => StrokeFrame.Draw(strokes, Handwriter.PenWidth(random), random.Chance(HardShare));
}
