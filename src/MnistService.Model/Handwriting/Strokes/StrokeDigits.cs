using System.Numerics;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Model.Handwriting.Strokes;

/// <summary>
/// Labeled digits drawn from random pen strokes in MNIST's frame, in many styles and with pens from a hairline to a felt pen. They add to a training set what
/// MNIST lacks, for example a 1 with a long flag. Count and seed alone determine the images.
/// </summary>
public static class StrokeDigits
{
    /// <summary>
    /// Points of the held-out templates, which are 100 units high, and their pen widths are multiples of 1 / <see cref="TemplateGrid"/>, so that a last-bit
    /// difference of sine or logarithm between machines has no effect on an image.
    /// </summary>
    private const float TemplateGrid = 64;

    /// <summary>Width of a digit, relative to its height. The pen is thinner for narrower digits.</summary>
    private const double UsualWidth = 0.5;

    /// <summary>Smallest width of a digit, relative to its height, that is readable in every felt pen.</summary>
    private const double NarrowWidth = 0.32;

    /// <summary>Share of held-out drawings without soft edges.</summary>
    private const double HeldOutHardShare = 0.15;

    /// <summary>Draws digits for training, equally many of each class, in random order.</summary>
    /// <param name="threads">Maximum number of threads, which does not affect the images. With 1, all work is done on the calling thread.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static LabeledImages Draw(int count, long seed, int threads)
    {
        var streams = new RandomStreams(seed);
        return DrawAll(count, seed, threads, index => Digit(index % 10, new StreamRandom(streams.Drawing(index))));
    }

    /// <summary>
    /// Draws digits for evaluation, equally many of each class, in random order. They come from fixed templates, which <see cref="Draw"/> does not use.
    /// </summary>
    /// <inheritdoc cref="Draw(int, long, int)"/>
    public static LabeledImages DrawHeldOut(int count, long seed, int threads)
    {
        var streams = new RandomStreams(seed);
        return DrawAll(count, seed, threads, index => HeldOutDigit(index, new StreamRandom(streams.HeldOutDrawing(index))));
    }

    /// <summary>Draws a digit in a random style.</summary>
    internal static byte[] Digit(int digit, Random random) => Digit(DigitStyles.Pick(digit, random), digit, random);

    /// <summary>Draws a digit in this style.</summary>
    internal static byte[] Digit(DigitStyle style, int digit, Random random)
    {
        var (strokes, width) = Hand.Write(style.Draw(random), random);
        // Only a 1 may be drawn with a pen as wide as the digit.
        var maxHalfWidth = digit == 1 ? style.MaxHalfWidth : style.MaxHalfWidth * Math.Min(1, width / UsualWidth);
        // A narrow 0 without its hole could be a 1.
        var maxFeltHalfWidth = digit is 0 or 1 ? 0 : style.MaxHalfWidth * Math.Min(1, width / NarrowWidth);
        return DigitPen.Draw(strokes, maxHalfWidth, maxFeltHalfWidth, random);
    }

    /// <summary>Draws a digit from a template. All templates of a digit are used equally often.</summary>
    private static byte[] HeldOutDigit(int index, Random random)
    {
        var templates = GlyphShapes.Digits[index % 10];
        var strokes = Handwriter.Write(templates[index / 10 % templates.Count], random).ConvertAll(stroke => Array.ConvertAll(stroke, Rounded));
        return StrokeFrame.Draw(strokes, Rounded(Handwriter.PenWidth(random)), random.Chance(HeldOutHardShare));
    }

    private static Vector2 Rounded(Vector2 point) => new(Rounded(point.X), Rounded(point.Y));

    private static float Rounded(float value) => MathF.Round(value * TemplateGrid) / TemplateGrid;

    /// <param name="draw">Draws the image with this index. Its label is the last decimal digit of the index.</param>
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
