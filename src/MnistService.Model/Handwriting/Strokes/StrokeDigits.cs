using System.Numerics;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Model.Handwriting.Strokes;

/// <summary>
/// Draws labeled digits as 28×28 images in MNIST's layout (<see cref="StrokeFrame"/>). Styles and pen strokes are random, and pens range from a hairline to a
/// felt pen. The images add to a training set what MNIST lacks, for example a 1 with a long flag. The same number of images and the same seed give the same
/// images, for any number of threads.
/// </summary>
public static class StrokeDigits
{
    /// <summary>
    /// Held-out digits are rounded to multiples of 1/64: the coordinates in units of the glyph (a digit is about 100 units high), and the pen width in pixels.
    /// Because of the rounding, last-bit differences of sine and logarithm between machines rarely change an image.
    /// </summary>
    private const float TemplateGrid = 64;

    /// <summary>
    /// Width of a digit, as a fraction of its height. For a narrower digit, the maximum pen width is reduced in proportion to the width of the digit. Applies
    /// to pens other than felt pens, and to all digits except 1.
    /// </summary>
    private const double UsualWidth = 0.5;

    /// <summary>
    /// Width of a digit, as a fraction of its height. For a narrower digit, the maximum width of a felt pen is reduced in proportion to the width of the digit.
    /// </summary>
    private const double NarrowWidth = 0.32;

    /// <summary>
    /// Fraction of the held-out images that are drawn without anti-aliasing, as in a paint program: each of their pixels is either ink or paper.
    /// </summary>
    private const double HeldOutHardShare = 0.15;

    /// <summary>Draws digits for training, in random order. The numbers of images per digit differ by at most 1.</summary>
    /// <param name="threads">Maximum number of threads. The images do not depend on this number. With 1, all work runs on the calling thread.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static LabeledImages Draw(int count, long seed, int threads)
    {
        var streams = new RandomStreams(seed);
        return DrawAll(count, seed, threads, index => Digit(index % 10, new StreamRandom(streams.Drawing(index))));
    }

    /// <summary>
    /// Draws digits for evaluation, in random order. The numbers of images per digit differ by at most 1. The digits are drawn from fixed glyphs
    /// (<see cref="GlyphShapes.Digits"/>), which <see cref="Draw"/> does not use.
    /// </summary>
    /// <inheritdoc cref="Draw(int, long, int)"/>
    public static LabeledImages DrawHeldOut(int count, long seed, int threads)
    {
        var streams = new RandomStreams(seed);
        return DrawAll(count, seed, threads, index => HeldOutDigit(index, new StreamRandom(streams.HeldOutDrawing(index))));
    }

    /// <summary>Draws a digit in a random style. Returns 784 bytes, row-major, 0 = paper, 255 = ink.</summary>
    internal static byte[] Digit(int digit, Random random) => Digit(DigitStyles.Pick(digit, random), digit, random);

    /// <summary>Draws a digit in the given style. Returns 784 bytes, row-major, 0 = paper, 255 = ink.</summary>
    internal static byte[] Digit(DigitStyle style, int digit, Random random)
    {
        var (strokes, width) = Hand.Write(style.Draw(random), random);
        // Only a 1 remains readable if the pen is as wide as the digit.
        var maxHalfWidth = digit == 1 ? style.MaxHalfWidth : style.MaxHalfWidth * Math.Min(1, width / UsualWidth);
        // No felt pen for a 0: a narrow 0 with a filled hole could be read as a 1. No felt pen for a 1: it has no hole that the pen could fill.
        var maxFeltHalfWidth = digit is 0 or 1 ? 0 : style.MaxHalfWidth * Math.Min(1, width / NarrowWidth);
        return DigitPen.Draw(strokes, maxHalfWidth, maxFeltHalfWidth, random);
    }

    /// <summary>Draws a held-out digit. Successive images of the same digit take its glyphs (<see cref="GlyphShapes.Digits"/>) in turn.</summary>
    /// <param name="index">Index of the image before shuffling. The last decimal digit of the index is the digit that is drawn.</param>
    private static byte[] HeldOutDigit(int index, Random random)
    {
        var templates = GlyphShapes.Digits[index % 10];
        var strokes = Handwriter.Write(templates[index / 10 % templates.Count], random).ConvertAll(stroke => Array.ConvertAll(stroke, Rounded));
        return StrokeFrame.Draw(strokes, Rounded(Handwriter.PenWidth(random)), random.Chance(HeldOutHardShare));
    }

    private static Vector2 Rounded(Vector2 point) => new(Rounded(point.X), Rounded(point.Y));

    private static float Rounded(float value) => MathF.Round(value * TemplateGrid) / TemplateGrid;

    /// <param name="draw">Returns the 784 pixels of the image with the given index. The last decimal digit of the index is the label of the image.</param>
    private static LabeledImages DrawAll(int count, long seed, int threads, Func<int, byte[]> draw)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var (pixels, labels) = (new byte[count * DigitImage.PixelCount], new byte[count]);
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, index =>
        {
            draw(index).CopyTo(pixels, index * DigitImage.PixelCount);
            labels[index] = (byte)(index % 10);
        });
        var images = new LabeledImages(pixels, labels);
        images.Shuffle(seed);
        return images;
    }
}
